package org.sparkkfac.precondition;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.StatisticsState;

/**
 * {@code P = M⁻¹} for a block-diagonal M, the damped Fisher matrix.
 *
 * @param method how every block was inverted
 * @param layers one inverse a layer, in the network's order
 */
public record Preconditioner(Method method, List<LayerInverse> layers) {
    /** Copies the list. */
    public Preconditioner {
        layers = List.copyOf(layers);
    }

    /**
     * Inverts the blocks of all layers, several at a time.
     *
     * @param threads how many threads may work; the calling process must run nothing else on its BLAS meanwhile
     * @throws UserException if the statistic that the method needs was not collected
     * @throws SingularBlockException if a block is singular with this damping
     */
    public static Preconditioner invert(StatisticsState statistics, Method method, Damping damping, int threads) {
        if (!statistics.kinds().contains(method.statistic())) {
            throw new UserException("method '" + method + "' needs the statistic '" + method.statistic()
                    + "', but only " + statistics.kinds() + " was collected; add it to statistics.kinds and collect"
                    + " again, or choose another method");
        }
        if (!(statistics.totalWeight() > 0)) {
            throw new UserException("the statistics hold no rows with a positive weight; collect some first");
        }
        List<LayerInverse> inverses = LayerTasks.run(statistics.layers(), threads, layer -> {
            var block = FisherBlocks.of(statistics, method.statistic(), layer);
            return method.invert(block, damping.of(block));
        });
        return new Preconditioner(method, inverses);
    }

    /** Shapes of the layers. */
    public List<LayerShape> shapes() {
        return layers.stream().map(LayerInverse::layer).toList();
    }

    /** {@code Pv}, as a new vector. */
    public ParameterVector apply(ParameterVector v) {
        if (!v.layers().equals(shapes())) {
            throw new IllegalArgumentException(
                    "the vector is of " + v.layers() + ", the preconditioner of " + shapes());
        }
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            blocks.add(layers.get(l).apply(v.block(l)));
        }
        return new ParameterVector(v.layers(), blocks);
    }

    /**
     * {@code (M − w ggᵀ)⁻¹}, g spanning all layers.
     *
     * @throws IndefiniteDowndateException if {@code 1 − w·gᵀPg ≤ 1e-6}
     */
    public Downdate downdate(ParameterVector g, double weight) {
        return Downdate.of(this, g, weight);
    }
}
