package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.sparkkfac.Quantities;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.spark.plan.MemoryLimits;
import org.sparkkfac.spark.plan.PassCost;
import org.sparkkfac.spark.plan.Throughput;

/** The lines that plans of several commands have in common. */
final class PlanText {
    private PlanText() {}

    /** What a pass moves. */
    static void addPass(Table table, PassCost cost) {
        MemoryLimits limits = cost.limits();
        table.add("state of one task", Quantities.size(cost.stateBytes()), "");
        table.add("block of rows on its way", Quantities.size(cost.sizes().block()), "");
        table.add("sent to every task", Quantities.size(cost.sizes().message()), "");
        table.add(
                "results at the driver",
                Quantities.size(cost.resultBytes()),
                limits.resultBytes() > 0 ? Quantities.size(limits.resultBytes()) : "no limit");
        table.add("shuffle", Quantities.size(cost.shuffleBytes()), "");
    }

    /** The heaps that are needed. */
    static void addHeaps(Table table, MemoryLimits limits, long driverBytes, long executorBytes) {
        table.add(
                limits.local() ? "heap, driver and tasks" : "heap, driver",
                Quantities.size(driverBytes),
                Quantities.size(limits.driverHeap()));
        if (!limits.local()) {
            table.add("heap, each executor", Quantities.size(executorBytes), Quantities.size(limits.executorHeap()));
        }
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

    static double total(Map<String, Double> parts) {
        return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    static void putPass(ObjectNode json, PassCost cost) {
        json.put("groups", cost.groups());
        json.put("aggregation", cost.shuffles() ? "shuffle" : "results");
        json.put("state_bytes", cost.stateBytes());
        json.put("block_bytes", cost.sizes().block());
        json.put("message_bytes", cost.sizes().message());
        json.put("result_bytes", cost.resultBytes());
        json.put("result_limit_bytes", cost.limits().resultBytes());
        json.put("shuffle_bytes", cost.shuffleBytes());
    }

    static void putHeaps(ObjectNode json, MemoryLimits limits, long driverBytes, long executorBytes) {
        json.put("driver_heap_bytes", driverBytes);
        json.put("driver_heap_limit_bytes", limits.driverHeap());
        json.put("executor_heap_bytes", executorBytes);
        json.put("executor_heap_limit_bytes", limits.executorHeap());
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
