package org.sparkkfac.stats;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.ForwardMode;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowSlices;
import org.sparkkfac.nn.Taps;

/**
 * What the parts of a request see of a block: the rows at hand, their values and their gradients, each computed once for
 * all parts. Values of a range serve the ranges within it; over all rows the gradients at the labels and those of the
 * Fisher matrix go backward together.
 */
public final class BlockVisit {
    private static final RowRange NOTHING = new RowRange(0, 0, 0);

    private final Network network;
    private final Precision precision;
    private final Optional<Fisher> besideLabels;
    private final BlockPass.Engine engine;
    private final IdentityHashMap<ParameterVector, BlockPass.Engine> elsewhere = new IdentityHashMap<>();
    private final IdentityHashMap<List<ParameterVector>, ForwardMode> along = new IdentityHashMap<>();
    private @Nullable RowSlices block;
    private RowRange range = NOTHING;
    private boolean isOverAll;
    private @Nullable BlockPass pass;
    private RowRange passed = NOTHING;
    private @Nullable Taps taps;

    /**
     * Visits at the network's parameters.
     *
     * @param besideLabels the Fisher matrix whose gradients parts over all rows want beside those at the labels
     */
    BlockVisit(Network network, Precision precision, Optional<Fisher> besideLabels) {
        this.network = network;
        this.precision = precision;
        this.besideLabels = besideLabels;
        this.engine = new BlockPass.Engine(network, precision);
    }

    void begin(RowSlices next) {
        block = next;
        pass = null;
    }

    void moveTo(RowRange next, boolean overAll) {
        range = next;
        isOverAll = overAll;
    }

    /** The rows at hand. */
    public RowBlock rows() {
        if (block == null) {
            throw new IllegalStateException("no block has begun");
        }
        return block.slice(range.first(), range.count());
    }

    /** The rows at hand with their values at the network's parameters. */
    public BlockPass forward() {
        if (pass == null || !passed.equals(range)) {
            pass = engine.forward(rows());
            passed = range;
            taps = null;
        }
        return pass;
    }

    /** Taps with the gradients at the labels, where there are labels. */
    public Taps atLabels() {
        BlockPass known = forward();
        if (taps == null) {
            taps = isOverAll && besideLabels.isPresent() ? known.withLabels(besideLabels.get()) : known.atLabels();
        }
        return taps;
    }

    /** Taps for a Fisher matrix. */
    public Taps forFisher(Fisher fisher) {
        BlockPass known = pass;
        if (known == null || !passed.contains(range)) {
            return forward().forFisher(fisher, 0, range.count());
        }
        boolean isBesideLabels =
                isOverAll && besideLabels.filter(fisher::equals).isPresent();
        if (passed.equals(range) && (isBesideLabels || fisher.isAtLabels())) {
            return atLabels();
        }
        return known.forFisher(fisher, range.first() - passed.first(), range.count());
    }

    /** The rows at hand with their values at other parameters. */
    public BlockPass forwardAt(ParameterVector parameters) {
        return elsewhere
                .computeIfAbsent(parameters, other -> new BlockPass.Engine(network.withParameters(other), precision))
                .forward(rows());
    }

    /** Adds {@code Σ w (J v_i)ᵀ Λ (J v_j)} over the rows at hand. */
    public void addFisherProducts(List<ParameterVector> directions, DoubleMatrix products) {
        forward().addFisherProducts(along.computeIfAbsent(directions, engine::along), products);
    }
}
