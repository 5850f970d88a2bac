package org.sparkkfac.spark.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The params that estimators and their models share; {@code explainParams()} says what each means. The column of weights is
 * Spark's own {@link HasWeightCol}: by that {@code fit} checks the column, and {@code OneVsRest} hands weights on.
 */
public interface KfacParams extends HasWeightCol {
    /** The params themselves, made by each stage for itself. */
    ParamDefinitions definitions();

    @Override
    default Param<String> weightCol() {
        return definitions().weightCol;
    }

    /** The column of weights; not set, or empty: every row weighs 1. */
    @Override
    default String getWeightCol() {
        return getOrDefault(weightCol());
    }

    /** By this the Scala trait would hand over a param of its own making; {@link #weightCol} has one already. */
    @Override
    default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(Param<String> ignored) {}

    default IntArrayParam layers() {
        return definitions().layers;
    }

    /** Units of the hidden layers. */
    default int[] getLayers() {
        return getOrDefault(layers());
    }

    default Param<String> activation() {
        return definitions().activation;
    }

    /** Activation of the hidden layers. */
    default String getActivation() {
        return getOrDefault(activation());
    }

    default Param<String> optimizer() {
        return definitions().optimizer;
    }

    /** How steps are made. */
    default String getOptimizer() {
        return getOrDefault(optimizer());
    }

    default Param<String> mode() {
        return definitions().mode;
    }

    /** Adaptive or fixed. */
    default String getMode() {
        return getOrDefault(mode());
    }

    default IntParam maxIter() {
        return definitions().maxIter;
    }

    /** Steps at most. */
    default int getMaxIter() {
        return (Integer) getOrDefault(maxIter());
    }

    default DoubleParam stepSize() {
        return definitions().stepSize;
    }

    /** Learning rate. */
    default double getStepSize() {
        return (Double) getOrDefault(stepSize());
    }

    default DoubleParam momentum() {
        return definitions().momentum;
    }

    /** Momentum. */
    default double getMomentum() {
        return (Double) getOrDefault(momentum());
    }

    default DoubleParam damping() {
        return definitions().damping;
    }

    /** λ, added to the curvature. */
    default double getDamping() {
        return (Double) getOrDefault(damping());
    }

    default DoubleParam regParam() {
        return definitions().regParam;
    }

    /** Decay η. */
    default double getRegParam() {
        return (Double) getOrDefault(regParam());
    }

    default DoubleParam tol() {
        return definitions().tol;
    }

    /** Change of the loss below which training stops. */
    default double getTol() {
        return (Double) getOrDefault(tol());
    }

    default LongParam batchSize() {
        return definitions().batchSize;
    }

    /** Rows of a step; 0 for all. */
    default long getBatchSize() {
        return (Long) getOrDefault(batchSize());
    }

    default IntParam blockSize() {
        return definitions().blockSize;
    }

    /** Rows of a block. */
    default int getBlockSize() {
        return (Integer) getOrDefault(blockSize());
    }

    default LongParam seed() {
        return definitions().seed;
    }

    /** Seed. */
    default long getSeed() {
        return (Long) getOrDefault(seed());
    }
}
