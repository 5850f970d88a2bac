package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.ForwardMode;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowSlices;
import org.sparkkfac.nn.Taps;

/** Answers a request for the blocks of one group: give it those that it {@link #wants}, in order. */
public final class StepFold {
    private final StepRequest request;
    private final StepSums sums;
    private final BlockPass.Engine engine;
    private final @Nullable ForwardMode along;
    private final List<BlockPass.Engine> trials = new ArrayList<>();

    /**
     * A fold at the network's parameters.
     *
     * @param precision of the blocks
     */
    public StepFold(Network network, StepRequest request, Precision precision) {
        this.request = request;
        this.sums = new StepSums(network, request);
        this.engine = new BlockPass.Engine(network, request.fisher(), precision);
        this.along = request.products().isEmpty() ? null : engine.along(request.directions());
        if (!request.losses().isEmpty()) {
            request.trials()
                    .forEach(parameters -> trials.add(
                            new BlockPass.Engine(network.withParameters(parameters), Fisher.empirical(), precision)));
        }
    }

    /** Whether any part of the request is about this block. */
    public static boolean wants(StepRequest request, int block) {
        return !request.gradient().of(block).isEmpty()
                || !request.statistics().of(block).isEmpty()
                || !request.products().of(block).isEmpty()
                || !request.losses().of(block).isEmpty();
    }

    /** Adds what is asked of the rows of a block. */
    public void add(int number, RowSlices block) {
        List<RowRange> statistics = new ArrayList<>(request.statistics().of(number));
        for (RowRange range : request.gradient().of(number)) {
            BlockPass pass = engine.forward(block.slice(range.first(), range.count()));
            pass.evaluate(sums.fit());
            Taps atLabels = pass.atLabels();
            sums.addGradient(atLabels);
            statistics.removeIf(some -> {
                boolean inside = range.contains(some);
                if (inside) {
                    boolean known = some.equals(range) && request.fisher().equals(Fisher.empirical());
                    sums.addStatistics(known ? atLabels : pass.forFisher(some.first() - range.first(), some.count()));
                }
                return inside;
            });
        }
        for (RowRange range : statistics) {
            RowBlock rows = block.slice(range.first(), range.count());
            sums.addStatistics(engine.forward(rows).forFisher(0, range.count()));
        }
        if (along != null) {
            for (RowRange range : request.products().of(number)) {
                RowBlock rows = block.slice(range.first(), range.count());
                engine.forward(rows).addFisherProducts(along, sums.products(weight(rows)));
            }
        }
        for (RowRange range : request.losses().of(number)) {
            RowBlock rows = block.slice(range.first(), range.count());
            for (int i = 0; i < trials.size(); i++) {
                trials.get(i).forward(rows).evaluate(sums.trials().get(i));
            }
        }
    }

    private static double weight(RowBlock rows) {
        double weight = 0;
        for (int b = 0; b < rows.rows(); b++) {
            weight += rows.weight(b);
        }
        return weight;
    }

    /** The sums so far; shared, not a copy. */
    public StepSums sums() {
        return sums;
    }
}
