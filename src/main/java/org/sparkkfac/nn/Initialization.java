package org.sparkkfac.nn;

import java.util.Locale;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;

/** How the weights W of a layer are drawn at first; biases start at zero. */
public enum Initialization {
    /** Uniform on ±√(6/(in + out)); Glorot and Bengio 2010. For tanh and sigmoid. */
    GLOROT {
        @Override
        double draw(LayerShape layer, CounterRandom random) {
            return (2 * random.nextUniform() - 1) * Math.sqrt(6.0 / (layer.in() + layer.out()));
        }
    },
    /** Normal with variance 2/in; He et al. 2015. For relu and activations like it. */
    HE {
        @Override
        double draw(LayerShape layer, CounterRandom random) {
            return random.nextNormal() * Math.sqrt(2.0 / layer.in());
        }
    },
    /** Normal with variance 1/in; LeCun et al. 1998. */
    LECUN {
        @Override
        double draw(LayerShape layer, CounterRandom random) {
            return random.nextNormal() * Math.sqrt(1.0 / layer.in());
        }
    },
    /** All zero; for models without hidden layers. */
    ZEROS {
        @Override
        double draw(LayerShape layer, CounterRandom random) {
            return 0;
        }
    };

    abstract double draw(LayerShape layer, CounterRandom random);

    /** The network with new random parameters; layer i draws from stream i of the seed. */
    public Network initialize(Network network, long seed) {
        ParameterVector parameters = ParameterVector.zeros(network.layers());
        CounterRandom random = new CounterRandom(seed);
        for (int l = 0; l < network.layers().size(); l++) {
            LayerShape layer = network.layers().get(l);
            DoubleMatrix weights = parameters.block(l).view(0, layer.out(), 0, layer.in());
            random.seek(l, 0);
            weights.map(zero -> draw(layer, random));
        }
        return network.withParameters(parameters);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
