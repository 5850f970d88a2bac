package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/**
 * Forward and backward passes over blocks of rows, in one precision, for one kind of Fisher matrix.
 *
 * <p>All gradient columns of a block go backward together: first the B columns at the data's labels, if there are
 * labels, then k·B columns for the Fisher matrix (the same B ones for the empirical Fisher). Not safe for several
 * threads; a task makes its own.
 */
public final class TapEngine {
    private final Network network;
    private final Propagation propagation;
    private final Fisher fisher;
    private final boolean withLoss;
    private final Workspace values;
    private final Workspace gradients;

    /** An engine for a network, whose parameters are rounded to the precision once. */
    public TapEngine(Network network, Fisher fisher, Precision precision) {
        this(network, fisher, precision, true);
    }

    /**
     * As {@link #TapEngine(Network, Fisher, Precision)}.
     *
     * @param withLoss whether labels are looked at; without it loss and label gradients are left out, except that the
     *     empirical Fisher needs them
     */
    public TapEngine(Network network, Fisher fisher, Precision precision, boolean withLoss) {
        this(new Propagation(network, precision), fisher, withLoss);
    }

    TapEngine(Propagation propagation, Fisher fisher, boolean withLoss) {
        this.network = propagation.network();
        this.propagation = propagation;
        this.fisher = fisher;
        this.withLoss = withLoss;
        this.values = new Workspace(propagation.precision());
        this.gradients = new Workspace(propagation.precision());
    }

    /**
     * Bytes for each row of a block: the row itself twice, since the next block fills while one is computed, the values
     * and derivatives of every node, and the gradients that go back through it.
     */
    public static long bytesOfRow(Network network, Fisher fisher, Precision precision) {
        long numbers = 2L * (network.inputs() + 1);
        long columns = fisher.gradientColumns(network.outputs(), true);
        boolean[] carries = Propagation.carriesGradient(network);
        for (int i = 0; i < carries.length; i++) {
            Network.Node node = network.nodes().get(i);
            numbers += node.outputs() + 1L;
            if (carries[i]) {
                // A layer's gradient is a matrix of its own; what has no parameters overwrites it and keeps
                // derivatives.
                numbers += (node.layer() >= 0 ? columns : 1) * node.outputs();
            }
        }
        return precision.bytes() * numbers;
    }

    /** Bytes for each row of a block that goes forward once more, at other parameters: the values of every node. */
    public static long bytesOfRowAgain(Network network, Precision precision) {
        long numbers = 0;
        for (Network.Node node : network.nodes()) {
            numbers += node.outputs() + 1L;
        }
        return precision.bytes() * numbers;
    }

    /**
     * Floating-point operations of the matrix products for each row: {@code 2·out·(in+1)} a layer forward, and {@code
     * 2·out·in} a gradient column backward through each layer but those that no gradient needs to pass.
     *
     * @param columns gradient columns a row that go backward
     */
    public static double flopsOfRow(Network network, int columns) {
        double flops = 0;
        boolean[] carries = Propagation.carriesGradient(network);
        for (Network.Node node : network.nodes()) {
            if (node.layer() < 0) {
                continue;
            }
            LayerShape layer = network.layers().get(node.layer());
            flops += 2.0 * layer.parameters();
            boolean passes = node.inputs().stream().anyMatch(k -> k >= 0 && carries[k]);
            flops += passes ? 2.0 * columns * layer.out() * layer.in() : 0;
        }
        return flops;
    }

    /** The outputs f of the network, outputs × B; overwritten by the next call of any method. */
    public Matrix outputs(RowBlock block) {
        return Propagation.outputs(forward(block));
    }

    /**
     * The taps of a block; their matrices are overwritten by the next call of any method.
     *
     * @throws UserException for the empirical Fisher of rows without labels
     */
    public Taps taps(RowBlock block) {
        return taps(block, forward(block));
    }

    private List<Values> forward(RowBlock block) {
        values.reset();
        return propagation.forward(block, values);
    }

    /** As {@link #taps(RowBlock)}, from values that {@link Propagation#forward} gave. */
    Taps taps(RowBlock block, List<Values> known) {
        DoubleMatrix labels = withLoss || fisher.isAtLabels() ? block.labels() : null;
        if (labels == null && block.rows() > 0 && fisher.isAtLabels()) {
            throw new UserException("the empirical Fisher matrix needs labels; name their columns", Component.LABEL);
        }
        gradients.reset();
        OutputGradients start =
                OutputGradients.of(block, labels, Propagation.outputs(known), network.likelihood(), fisher, gradients);
        List<@Nullable Matrix> ofNodes = propagation.backward(known, start.seeds(), gradients);
        double[] roots = rootWeights(block);
        List<Tap> taps = new ArrayList<>();
        for (int i = 0; i < ofNodes.size(); i++) {
            Matrix gradient = ofNodes.get(i);
            if (network.nodes().get(i).layer() >= 0 && gradient != null) {
                taps.add(tap(i, known, gradient, roots, labels != null));
            }
        }
        return new Taps(taps, block.rows(), start.weight(), start.loss());
    }

    private Tap tap(int node, List<Values> known, Matrix gradient, double @Nullable [] roots, boolean labelled) {
        Network.Node at = network.nodes().get(node);
        LayerShape layer = network.layers().get(at.layer());
        Values input = Propagation.inputs(at, known).get(0);
        Matrix activations = layer.bias() ? input.extended() : input.plain();
        Matrix weighted = activations;
        int batch = activations.columns();
        if (roots != null) {
            weighted = gradients.take(activations.rows(), batch);
            weighted.copyFrom(activations);
            weighted.scaleColumns(roots);
        }
        Matrix atLabels = labelled ? gradient.columns(0, batch) : null;
        int first = labelled && !fisher.isAtLabels() ? batch : 0;
        return new Tap(layer, activations, weighted, atLabels, gradient.columns(first, gradient.columns() - first));
    }

    private static double @Nullable [] rootWeights(RowBlock block) {
        if (block.hasUnitWeights()) {
            return null;
        }
        double[] roots = new double[block.rows()];
        for (int b = 0; b < roots.length; b++) {
            roots[b] = Math.sqrt(block.weight(b));
        }
        return roots;
    }
}
