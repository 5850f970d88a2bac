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
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.nn.activation.Activations;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.CommonSettings;
import org.sparkkfac.train.optimiser.OptimiserType.Mode;
import org.sparkkfac.train.optimiser.Optimisers;
import org.sparkkfac.train.optimiser.Schedule;
import scala.runtime.AbstractFunction1;

/** The params of one stage, with what may be their values. */
final class ParamDefinitions implements Serializable {
    private static final long serialVersionUID = 1;

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
        optimizer = oneOf(of, "optimizer", Optimisers.OPTIMISER.meaning(), Optimisers.names());
        mode = oneOf(
                of,
                "mode",
                "of kfac: adaptive chooses step, momentum and damping itself, fixed takes stepSize, momentum and"
                        + " damping as they are",
                List.of(Mode.ADAPTIVE.toString(), Mode.FIXED.toString()));
        maxIter = new IntParam(of, "maxIter", CommonSettings.STEPS.meaning(), range(CommonSettings.STEPS));
        stepSize =
                number(of, "stepSize", Schedule.RATE, "; not of kfac, adaptive; not set: " + EstimatorDefaults.rates());
        momentum = number(of, "momentum", CommonSettings.MOMENTUM, "; not of adam and kfac, adaptive");
        damping = number(of, "damping", CommonSettings.DAMPING, ", " + EstimatorDefaults.dampings());
        regParam = number(of, "regParam", Regularisation.DECAY, "");
        tol = new DoubleParam(
                of,
                "tol",
                "stop once the loss changes by less than this share of itself in five steps one after the other;"
                        + " with batchSize = 0 only",
                new IsIn(Range.NOT_NEGATIVE));
        batchSize =
                new LongParam(of, "batchSize", BatchSettings.ROWS.meaning() + "; 0: all", new IsIn(Range.atLeast(0)));
        blockSize = new IntParam(
                of,
                "blockSize",
                StatisticsPlan.BLOCK_ROWS.meaning() + " of matrix products",
                range(StatisticsPlan.BLOCK_ROWS));
        seed = new LongParam(of, "seed", "of first weights, order of rows, and draws");
    }

    private static DoubleParam number(Params of, String name, Setting<Double> setting, String more) {
        return new DoubleParam(of, name, setting.meaning() + more, range(setting));
    }

    private static IsIn range(Setting<?> setting) {
        return new IsIn(setting.range().orElseThrow());
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

    /** Whether a number is in a range. */
    private static final class IsIn extends AbstractFunction1<Object, Object> implements Serializable {
        private static final long serialVersionUID = 1;
        private final Range range;

        IsIn(Range range) {
            this.range = range;
        }

        @Override
        public Object apply(Object value) {
            return range.contains(((Number) value).doubleValue());
        }
    }

    private static Param<String> oneOf(Params of, String name, String doc, List<String> values) {
        return new Param<>(of, name, doc + ": " + String.join(", ", values), ParamValidators.inArray(values));
    }
}
