package org.sparkkfac.spark;

import java.util.List;
import java.util.OptionalLong;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;

/**
 * How {@link SparkKfac#collect} goes about it. Start from {@link #defaults()} and change what differs.
 *
 * @param columns what the dataset's columns mean
 * @param plan what is collected, in which precision, in blocks of how many rows
 * @param groups at most so many tasks, each of which folds one contiguous part of the input
 * @param splitBytes files are cut into splits of this size
 * @param blas which BLAS the executors use
 * @param progress who is told how far the job is
 * @param limit only so many rows, the first in the order of the plan, the bad ones among them
 * @param badRows what happens to rows that cannot be used
 */
public record CollectOptions(
        Columns columns,
        StatisticsPlan plan,
        int groups,
        long splitBytes,
        Blas.Choice blas,
        Progress progress,
        OptionalLong limit,
        BadRowPolicy badRows) {
    public static final Setting<Integer> GROUPS = Setting.count(
                    "groups", Range.atLeast(1), "groups of rows, each folded by one task")
            .withDefault(32);
    public static final Setting<Long> SPLIT_BYTES = Setting.integer(
                    "splitBytes", Range.atLeast(1, "byte"), "files are cut at this size")
            .withDefault(32L << 20);
    public static final Setting<Long> LIMIT = Setting.integer(
                    "limit", Range.atLeast(1, "row"), "only the first rows that meet the condition, as many as this")
            .called("limit of rows");

    /** Rejects groups and splits below one. */
    public CollectOptions {
        GROUPS.check(groups);
        SPLIT_BYTES.check(splitBytes);
        limit.ifPresent(LIMIT::check);
    }

    /**
     * Kronecker factors of the Monte-Carlo Fisher with one draw a row, in double precision, from the columns {@code
     * features} and {@code label}; 32 groups, splits of 32 MiB.
     */
    public static CollectOptions defaults() {
        return new CollectOptions(
                Columns.of("features", "label"),
                StatisticsPlan.of(Fisher.monteCarlo(1, 0), StatisticKind.KRONECKER),
                GROUPS.standard().orElseThrow(),
                SPLIT_BYTES.standard().orElseThrow(),
                Blas.Choice.BUNDLED,
                Progress.NONE,
                OptionalLong.empty(),
                BadRowPolicy.FAIL);
    }

    public CollectOptions withColumns(Columns newColumns) {
        return new CollectOptions(newColumns, plan, groups, splitBytes, blas, progress, limit, badRows);
    }

    public CollectOptions withPlan(StatisticsPlan newPlan) {
        return new CollectOptions(columns, newPlan, groups, splitBytes, blas, progress, limit, badRows);
    }

    public CollectOptions withFisher(Fisher fisher) {
        return withPlan(new StatisticsPlan(plan.kinds(), fisher, plan.precision(), plan.blockRows(), plan.layers()));
    }

    public CollectOptions withKinds(StatisticKind... kinds) {
        return withPlan(plan.withKinds(List.of(kinds)));
    }

    public CollectOptions withPrecision(Precision precision) {
        return withPlan(new StatisticsPlan(plan.kinds(), plan.fisher(), precision, plan.blockRows(), plan.layers()));
    }

    public CollectOptions withBlockRows(int blockRows) {
        return withPlan(new StatisticsPlan(plan.kinds(), plan.fisher(), plan.precision(), blockRows, plan.layers()));
    }

    public CollectOptions withGroups(int newGroups) {
        return new CollectOptions(columns, plan, newGroups, splitBytes, blas, progress, limit, badRows);
    }

    public CollectOptions withSplitBytes(long newSplitBytes) {
        return new CollectOptions(columns, plan, groups, newSplitBytes, blas, progress, limit, badRows);
    }

    public CollectOptions withBlas(Blas.Choice newBlas) {
        return new CollectOptions(columns, plan, groups, splitBytes, newBlas, progress, limit, badRows);
    }

    public CollectOptions withProgress(Progress newProgress) {
        return new CollectOptions(columns, plan, groups, splitBytes, blas, newProgress, limit, badRows);
    }

    /** Only the first rows: by path and place in the file, for files; by partition, for other sources. */
    public CollectOptions withLimit(long rows) {
        return new CollectOptions(columns, plan, groups, splitBytes, blas, progress, OptionalLong.of(rows), badRows);
    }

    public CollectOptions withBadRows(BadRowPolicy policy) {
        return new CollectOptions(columns, plan, groups, splitBytes, blas, progress, limit, policy);
    }
}
