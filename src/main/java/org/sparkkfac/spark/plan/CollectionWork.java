package org.sparkkfac.spark.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsPlan;

/**
 * The operations and the time of a collection.
 *
 * @param plan what is collected
 * @param network the model
 * @param labelled whether loss and gradient are computed too
 */
public record CollectionWork(StatisticsPlan plan, Network network, boolean labelled) {
    /** Floating-point operations for each row. */
    public double flopOfRow() {
        return flopOfRow(plan) + (passes() > 1 ? flopOfRow(plan.withKinds(List.of(StatisticKind.KRONECKER))) : 0);
    }

    private double flopOfRow(StatisticsPlan of) {
        Request request = of.request(network);
        Request asked =
                labelled ? request : Request.of(request.part(Statistics.class).orElseThrow());
        return asked.flopsOfRow(network);
    }

    /** Corrected eigenvalues take a second pass, for which the first must have the factors. */
    private int passes() {
        return plan.kinds().contains(StatisticKind.EIGEN_CORRECTED) ? 2 : 1;
    }

    /** Seconds of the parts of a collection over so many rows. */
    public Map<String, Double> seconds(Throughput pace, PassCost cost, double rows) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("start Spark", Throughput.START);
        parts.put("first job", Throughput.FIRST_JOB);
        parts.put("read rows", passes() * pace.reading(rows, network.inputs() + 1, cost.groups()));
        parts.put("products", pace.products(rows * flopOfRow(), Throughput.SHARE, cost.groups()));
        parts.put(
                "move sums",
                Throughput.moving((double) cost.groups()
                        * (cost.stateBytes() + cost.sizes().message())));
        return parts;
    }
}
