package org.sparkkfac.nn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;

/**
 * What is asked of one block in several ways, with its values computed once: gradient at the labels, taps for Fisher
 * statistics of some of its rows, loss and score.
 *
 * <p>An instance belongs to the {@link Engine} that made it and is valid while that is used for no other block.
 */
public final class BlockPass {
    private final Engine engine;
    private final RowBlock block;
    private final List<Values> values;

    private BlockPass(Engine engine, RowBlock block, List<Values> values) {
        this.engine = engine;
        this.block = block;
        this.values = values;
    }

    /** Makes passes over blocks, with one network in one precision. Not safe for several threads. */
    public static final class Engine {
        private final Propagation propagation;
        private final Workspace values;
        private final Map<Fisher, TapEngine> fishers = new HashMap<>();
        private final Map<Fisher, TapEngine> both = new HashMap<>();

        /** An engine for a network, whose parameters are rounded to the precision once. */
        public Engine(Network network, Precision precision) {
            this.propagation = new Propagation(network, precision);
            this.values = new Workspace(precision);
        }

        private TapEngine labelsAnd(Fisher fisher) {
            return both.computeIfAbsent(fisher, kind -> new TapEngine(propagation, kind, true));
        }

        private TapEngine of(Fisher fisher) {
            return fishers.computeIfAbsent(fisher, kind -> new TapEngine(propagation, kind, false));
        }

        /** Computes the values of a block. */
        public BlockPass forward(RowBlock block) {
            values.reset();
            return new BlockPass(this, block, propagation.forward(block, values));
        }

        /** Products with directions at the same parameters. */
        public ForwardMode along(List<ParameterVector> directions) {
            return new ForwardMode(propagation, directions);
        }
    }

    /** Adds loss and score of the rows. */
    public void evaluate(Evaluation sums) {
        sums.add(block, outputs());
    }

    /** Adds loss, score and classes of the rows. */
    public void assess(Assessment sums) {
        sums.add(block, outputs());
    }

    /** The outputs f of the rows, outputs × B; overwritten when the engine goes forward. */
    public Matrix outputs() {
        return Propagation.outputs(values);
    }

    /** Taps with the gradients at the labels alone; overwritten when this is asked again. */
    public Taps atLabels() {
        // The empirical Fisher's columns are those at the labels: one a row, and no others.
        return withLabels(Fisher.empirical());
    }

    /** Taps with the gradients at the labels, where there are labels, and for a Fisher matrix, from one wide backward pass. */
    public Taps withLabels(Fisher fisher) {
        return engine.labelsAnd(fisher).taps(block, values);
    }

    /** Taps for a Fisher matrix, of some of the rows; overwritten when this is asked again. */
    public Taps forFisher(Fisher fisher, int first, int count) {
        List<Values> some =
                values.stream().map(value -> value.columns(first, count)).toList();
        return engine.of(fisher).taps(block.slice(first, count), some);
    }

    /** Adds {@code Σ w (J v_i)ᵀ Λ (J v_j)} over the rows; {@code forward} is of the same engine. */
    public void addFisherProducts(ForwardMode forward, DoubleMatrix products) {
        forward.addFisherProducts(block, values, products);
    }
}
