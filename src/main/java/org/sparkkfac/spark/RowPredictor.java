package org.sparkkfac.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;

/** A network's outputs for one row at a time, wherever Spark takes it; in double precision. */
public final class RowPredictor implements Serializable {
    private static final long serialVersionUID = 1;

    private final Network network;
    private transient BlockPass.@Nullable Engine engine;

    public RowPredictor(Network network) {
        this.network = network;
    }

    /** The network with its parameters. */
    public Network network() {
        return network;
    }

    /** The outputs f of a row, as a new array. */
    public synchronized double[] outputs(double[] x) {
        if (engine == null) {
            engine = new BlockPass.Engine(network, Precision.DOUBLE);
        }
        RowBlockBuilder builder = new RowBlockBuilder(Precision.DOUBLE, x.length, 1);
        builder.add(x, null, 1, 0);
        RowBlock row = builder.build();
        double[] f = new double[network.outputs()];
        engine.forward(row).outputs().getColumn(0, f);
        return f;
    }

    /** The mean of the likelihood at outputs f, which is overwritten: probabilities, or expected values. */
    public void mean(double[] f) {
        double[] mean = new double[f.length];
        network.likelihood().mean(f, mean);
        System.arraycopy(mean, 0, f, 0, f.length);
    }
}
