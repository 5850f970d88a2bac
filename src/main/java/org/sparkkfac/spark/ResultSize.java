package org.sparkkfac.spark;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;

/** Refuses, before the job starts, states that the driver could not receive. */
final class ResultSize {
    private static final long MIB = 1 << 20;

    /** What Spark adds to the result of a task: metrics and accumulators, some KiB. */
    private static final long OVERHEAD = 16 << 10;

    private ResultSize() {}

    /**
     * Checks the results of all groups against {@code spark.driver.maxResultSize} and the driver's heap.
     *
     * @throws UserException that says what takes the room and what to change
     */
    static void check(JavaSparkContext context, int groups, StatisticsPlan plan, List<LayerShape> layers) {
        long limit = context.getConf().getSizeAsBytes("spark.driver.maxResultSize", "1g");
        check(groups, plan, layers, limit, Runtime.getRuntime().maxMemory());
    }

    /** As above, with the limits given: of all results together if above 0, and of the heap. */
    static void check(int groups, StatisticsPlan plan, List<LayerShape> layers, long limit, long heap) {
        problem(groups, plan.stateBytes(layers), limit, heap).ifPresent(problem -> {
            throw refusal(plan.kinds(), plan.select(layers), problem);
        });
    }

    /**
     * What does not fit.
     *
     * @param what how large it is, and what it exceeds
     * @param mend what to change besides the statistics, or empty
     */
    record Problem(String what, String mend) {}

    /** What does not fit of so many states, if anything. */
    static Optional<Problem> problem(int groups, long stateBytes, long limit, long heap) {
        if (stateBytes > Integer.MAX_VALUE - MIB) {
            return Optional.of(
                    new Problem("one state takes " + size(stateBytes) + ", more than one task can send", ""));
        }
        long result = stateBytes + OVERHEAD;
        long total = groups * result;
        if (limit > 0 && total > limit) {
            String fewer = limit < result ? "" : "set statistics.groups to at most " + limit / result + " or ";
            return Optional.of(new Problem(
                    groups + (groups == 1 ? " group of " : " groups of ") + size(result)
                            + " exceed spark.driver.maxResultSize = " + size(limit),
                    fewer + "raise that setting"));
        }
        if (total + 2 * stateBytes > heap) {
            return Optional.of(new Problem(
                    "the driver must hold " + size(total + 2 * stateBytes) + " of states but its heap is " + size(heap),
                    (groups > 1 ? "lower statistics.groups or " : "") + "give the driver more memory"));
        }
        return Optional.empty();
    }

    private static UserException refusal(List<StatisticKind> kinds, List<LayerShape> layers, Problem problem) {
        Optional<StatisticKind> largest = kinds.stream().max(Comparator.comparingLong(kind -> kind.bytes(layers)));
        String share = largest.map(kind -> ": " + share(kind, layers)).orElse("");
        String choice = largest.map(ResultSize::smaller).orElse("");
        String between = choice.isEmpty() || problem.mend().isEmpty() ? "" : ", or ";
        return new UserException(problem.what() + share + "; " + choice + between + problem.mend());
    }

    /** Such as {@code full of 12,345 parameters takes 612 MiB}. */
    private static String share(StatisticKind kind, List<LayerShape> layers) {
        long parameters = layers.stream().mapToLong(LayerShape::parameters).sum();
        return String.format(Locale.ROOT, "%s of %,d parameters takes %s", kind, parameters, size(kind.bytes(layers)));
    }

    private static String smaller(StatisticKind kind) {
        return switch (kind) {
            case FULL -> "choose exact-block or kronecker";
            case EXACT_BLOCK -> "choose kronecker or diagonal";
            case KRONECKER -> "choose diagonal";
            default -> "";
        };
    }

    /** In MiB, or in KiB where those would say little. */
    private static String size(long bytes) {
        return bytes < 10 * MIB ? bytes / 1024 + " KiB" : bytes / MIB + " MiB";
    }
}
