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

    private ResultSize() {}

    /**
     * Checks the results of all groups against {@code spark.driver.maxResultSize} and the driver's heap.
     *
     * @throws UserException that says what to change
     */
    static void check(JavaSparkContext context, int groups, StatisticsPlan plan, List<LayerShape> layers) {
        long limit = context.getConf().getSizeAsBytes("spark.driver.maxResultSize", "1g");
        check(groups, plan, layers, limit, Runtime.getRuntime().maxMemory());
    }

    /** As above, with the limits given: of all results together if above 0, and of the heap. */
    static void check(int groups, StatisticsPlan plan, List<LayerShape> layers, long limit, long heap) {
        long stateBytes = plan.stateBytes(layers);
        if (stateBytes > Integer.MAX_VALUE - MIB) {
            throw refusal(
                    plan, layers, "one state takes " + stateBytes / MIB + " MiB, more than one task can send", "");
        }
        long total = groups * stateBytes;
        if (limit > 0 && total > limit) {
            String fewer = limit < stateBytes ? "" : "set statistics.groups to at most " + limit / stateBytes + " or ";
            throw refusal(
                    plan,
                    layers,
                    groups + (groups == 1 ? " group of " : " groups of ") + stateBytes / MIB
                            + " MiB exceed spark.driver.maxResultSize = " + limit / MIB + " MiB",
                    fewer + "raise that setting");
        }
        if (total + 2 * stateBytes > heap) {
            throw refusal(
                    plan,
                    layers,
                    "the driver must hold " + (total + 2 * stateBytes) / MIB + " MiB of states but its heap is "
                            + heap / MIB + " MiB",
                    (groups > 1 ? "lower statistics.groups or " : "") + "give the driver more memory");
        }
    }

    private static UserException refusal(
            StatisticsPlan plan, List<LayerShape> layers, String problem, String otherwise) {
        Optional<StatisticKind> largest =
                plan.kinds().stream().max(Comparator.comparingLong(kind -> kind.bytes(layers)));
        String share = largest.map(kind -> ": " + share(kind, layers)).orElse("");
        String choice = largest.map(ResultSize::smaller).orElse("");
        return new UserException(
                problem + share + "; " + choice + (choice.isEmpty() || otherwise.isEmpty() ? "" : ", or ") + otherwise);
    }

    /** Such as {@code full of 12,345 parameters takes 612 MiB}. */
    private static String share(StatisticKind kind, List<LayerShape> layers) {
        long parameters = layers.stream().mapToLong(LayerShape::parameters).sum();
        return String.format(
                Locale.ROOT, "%s of %,d parameters takes %d MiB", kind, parameters, kind.bytes(layers) / MIB);
    }

    private static String smaller(StatisticKind kind) {
        return switch (kind) {
            case FULL -> "choose exact-block or kronecker";
            case EXACT_BLOCK -> "choose kronecker or diagonal";
            case KRONECKER -> "choose diagonal";
            case EIGEN_CORRECTED, DIAGONAL -> "";
        };
    }
}
