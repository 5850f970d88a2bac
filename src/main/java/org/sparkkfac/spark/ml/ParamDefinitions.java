package org.sparkkfac.spark.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.sparkkfac.nn.activation.Activations;
import scala.runtime.AbstractFunction1;

/** The params of one stage, with what may be their values. */
final class ParamDefinitions implements Serializable {
    private static final long serialVersionUID = 1;

    /** An upper bound that only infinity is above. */
    private static final double LARGEST = Double.MAX_VALUE;

    final Param<String> weightCol;
    final IntArrayParam layers;
    final Param<String> activation;
    final Param<String> optimizer;
    final Param<String> mode;
    final IntParam maxIter;
    final DoubleParam stepSize;
    final DoubleParam momentum;
    final DoubleParam damping;
    final DoubleParam regParam;
    final DoubleParam tol;
    final LongParam batchSize;
    final IntParam blockSize;
    final LongParam seed;

    ParamDefinitions(Params of) {
        weightCol = new Param<>(of, "weightCol", "column of row weights ≥ 0; not set, or empty: every row weighs 1");
        layers = new IntArrayParam(of, "layers", "units of the hidden layers; empty for none", new ArePositive());
        activation = oneOf(of, "activation", "activation of the hidden layers", List.copyOf(Activations.names()));
        optimizer = oneOf(of, "optimizer", "how steps are made", OptimiserChoice.names());
        mode = oneOf(
                of,
                "mode",
                "of kfac: adaptive chooses step, momentum and damping itself, fixed takes stepSize, momentum and"
                        + " damping as they are",
                List.of("adaptive", "fixed"));
        maxIter = new IntParam(of, "maxIter", "steps at most", ParamValidators.gtEq(1));
        stepSize = new DoubleParam(
                of,
                "stepSize",
                "learning rate; not of kfac, adaptive; not set: " + OptimiserChoice.rates(),
                ParamValidators.inRange(0, LARGEST, false, true));
        momentum = new DoubleParam(
                of,
                "momentum",
                "share of the step before in a step; not of adam and kfac, adaptive",
                ParamValidators.inRange(0, 1, true, false));
        damping = new DoubleParam(
                of,
                "damping",
                "λ, added to the curvature, not set: " + OptimiserChoice.FIXED_DAMPING
                        + "; of kfac, adaptive, the first one λ₀, not set: " + OptimiserChoice.FIRST_ADAPTIVE_DAMPING,
                ParamValidators.inRange(0, LARGEST, false, true));
        regParam = new DoubleParam(
                of, "regParam", "decay η of weights and biases: ½η‖θ‖²", ParamValidators.inRange(0, LARGEST));
        tol = new DoubleParam(
                of,
                "tol",
                "stop once the loss changes by less than this share of itself in five steps one after the other;"
                        + " with batchSize = 0 only",
                ParamValidators.inRange(0, LARGEST));
        batchSize = new LongParam(of, "batchSize", "rows of a step; 0: all", ParamValidators.gtEq(0));
        blockSize = new IntParam(of, "blockSize", "rows of a block of matrix products", ParamValidators.gtEq(1));
        seed = new LongParam(of, "seed", "of first weights, order of rows, and draws");
    }

    /** A value for a param; null, which Java callers may pass, is a bare NullPointerException in Spark's own check. */
    static <T> T notNull(Param<T> param, T value) {
        if (value == null) {
            throw new IllegalArgumentException(param.name() + " must not be null; clear(" + param.name()
                    + "()) goes back to what holds if not set");
        }
        return value;
    }

    /** Whether every hidden layer has a unit; a class, since params travel to executors. */
    private static final class ArePositive extends AbstractFunction1<int[], Object> implements Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Object apply(int[] sizes) {
            return Arrays.stream(sizes).allMatch(size -> size >= 1);
        }
    }

    private static Param<String> oneOf(Params of, String name, String doc, List<String> values) {
        return new Param<>(of, name, doc + ": " + String.join(", ", values), ParamValidators.inArray(values));
    }
}
