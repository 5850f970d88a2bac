package org.sparkkfac.spark.ml;

import org.apache.spark.ml.param.Param;

/**
 * Setters of the params of an estimator.
 *
 * @param <E> the estimator
 */
public interface KfacEstimator<E extends KfacEstimator<E>> extends KfacParams {
    /** This estimator. */
    E self();

    /** Sets the column of weights; empty, as if not set, for rows that all weigh 1. */
    default E setWeightCol(String value) {
        return with(weightCol(), value);
    }

    /** Sets units of the hidden layers. */
    default E setLayers(int... units) {
        return with(layers(), units);
    }

    /** Sets activation of the hidden layers. */
    default E setActivation(String value) {
        return with(activation(), value);
    }

    /** Sets how steps are made. */
    default E setOptimizer(String value) {
        return with(optimizer(), value);
    }

    /** Sets adaptive or fixed. */
    default E setMode(String value) {
        return with(mode(), value);
    }

    /** Sets steps at most. */
    default E setMaxIter(int value) {
        return with(maxIter(), value);
    }

    /** Sets the learning rate; not set, that of the optimiser. */
    default E setStepSize(double value) {
        return with(stepSize(), value);
    }

    /** Sets momentum. */
    default E setMomentum(double value) {
        return with(momentum(), value);
    }

    /** Sets λ; not set, that of optimiser and mode. */
    default E setDamping(double value) {
        return with(damping(), value);
    }

    /** Sets decay η. */
    default E setRegParam(double value) {
        return with(regParam(), value);
    }

    /** Sets change of the loss below which training stops. */
    default E setTol(double value) {
        return with(tol(), value);
    }

    /** Sets rows of a step; 0 for all. */
    default E setBatchSize(long value) {
        return with(batchSize(), value);
    }

    /** Sets rows of a block. */
    default E setBlockSize(int value) {
        return with(blockSize(), value);
    }

    /** Sets seed. */
    default E setSeed(long value) {
        return with(seed(), value);
    }

    private <T> E with(Param<T> param, T value) {
        set(param, ParamDefinitions.notNull(param, value));
        return self();
    }
}
