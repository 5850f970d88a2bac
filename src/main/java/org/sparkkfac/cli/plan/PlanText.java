package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.sparkkfac.Quantities;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.spark.plan.MemoryLimits;
import org.sparkkfac.spark.plan.PassCost;
import org.sparkkfac.spark.plan.Throughput;

/** What plans have in common: each figure is a field for programs and, where people want it, a row of a table. */
final class PlanText {
    private final ObjectNode json;
    private final Table table;

    PlanText() {
        this(Json.object(), new Table("what", "takes", "of"));
    }

    private PlanText(ObjectNode json, Table table) {
        this.json = json;
        this.table = table;
    }

    /** Figures in the same table, whose fields are in an object of their own. */
    PlanText under(String name) {
        return new PlanText(json.putObject(name), table);
    }

    ObjectNode json() {
        return json;
    }

    Table table() {
        return table;
    }

    /** A size without a limit. */
    PlanText size(String what, String key, long bytes) {
        json.put(key, bytes);
        table.add(what, Quantities.size(bytes), "");
        return this;
    }

    /** A size with a limit. */
    PlanText size(String what, String key, long bytes, long limit) {
        json.put(key + "_bytes", bytes).put(key + "_limit_bytes", limit);
        table.add(what, Quantities.size(bytes), limit > 0 ? Quantities.size(limit) : "no limit");
        return this;
    }

    /** What a pass moves. */
    PlanText pass(PassCost cost) {
        json.put("groups", cost.groups()).put("aggregation", cost.shuffles() ? "shuffle" : "results");
        return size("state of one task", "state_bytes", cost.stateBytes())
                .size("block of rows on its way", "block_bytes", cost.sizes().block())
                .size("sent to every task", "message_bytes", cost.sizes().message())
                .size(
                        "results at the driver",
                        "result",
                        cost.resultBytes(),
                        cost.limits().resultBytes())
                .size("shuffle", "shuffle_bytes", cost.shuffleBytes());
    }

    /** The heaps that are needed. */
    PlanText heaps(MemoryLimits limits, long driverBytes, long executorBytes) {
        size(
                limits.local() ? "heap, driver and tasks" : "heap, driver",
                "driver_heap",
                driverBytes,
                limits.driverHeap());
        if (!limits.local()) {
            return size("heap, each executor", "executor_heap", executorBytes, limits.executorHeap());
        }
        json.put("executor_heap_bytes", executorBytes).put("executor_heap_limit_bytes", limits.executorHeap());
        return this;
    }

    /** How sums come together. */
    static String together(PassCost cost) {
        return "; sums come together " + (cost.shuffles() ? "by a shuffle of tiles" : "as results of the tasks") + "\n";
    }

    /** {@code roughly 12 s: start Spark 3 s, products 9 s}, with the speed on which that rests. */
    static String time(Map<String, Double> parts, Throughput pace, double share) {
        return String.format(
                Locale.ROOT,
                "time: roughly %s: %s; products at %.0f %% of gemm, which does %.1f GFLOP/s a thread here%n",
                Quantities.duration(total(parts)),
                parts.entrySet().stream()
                        .map(part -> part.getKey() + " " + Quantities.duration(part.getValue()))
                        .collect(Collectors.joining(", ")),
                100 * share,
                pace.gflops());
    }

    private static double total(Map<String, Double> parts) {
        return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    static void putTime(ObjectNode json, Map<String, Double> parts, Throughput pace) {
        json.put("gemm_gflops_a_thread", pace.gflops());
        ObjectNode node = json.putObject("seconds_of");
        parts.forEach((part, seconds) -> node.put(part.replace(' ', '_').toLowerCase(Locale.ROOT), seconds));
        json.put("seconds", total(parts));
    }

    static void putRows(ObjectNode json, EstimateInputs.Rows rows) {
        rows.files()
                .ifPresent(files -> json.putObject("files")
                        .put("count", files.files())
                        .put("bytes", files.bytes())
                        .put("splits", files.splits()));
        rows.count().ifPresent(count -> json.put("rows", count).put("rows_at_most", rows.isAtMost()));
    }
}
