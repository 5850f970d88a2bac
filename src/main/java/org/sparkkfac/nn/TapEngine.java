package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.likelihood.Likelihood;

/**
 * Forward and backward passes over blocks of rows, in one precision, for one kind of Fisher matrix.
 *
 * <p>All gradient columns of a block go backward together: first the B columns at the data's labels, if there are
 * labels, then k·B columns for the Fisher matrix (the same B ones for the empirical Fisher). Not safe for several
 * threads; a task makes its own.
 */
public final class TapEngine {
    private final Network network;
    private final Fisher fisher;
    private final List<Matrix> weights;
    private final boolean[] carriesGradient;
    private final CounterRandom random;
    private final boolean withLoss;
    private final Workspace workspace;

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
        this(network, fisher, precision, withLoss, rounded(network, precision));
    }

    private TapEngine(Network network, Fisher fisher, Precision precision, boolean withLoss, List<Matrix> weights) {
        this.withLoss = withLoss;
        this.network = network;
        this.fisher = fisher;
        this.workspace = new Workspace(precision);
        this.random = new CounterRandom(fisher.seed());
        this.weights = weights;
        this.carriesGradient = carriesGradient(network.nodes());
    }

    private static List<Matrix> rounded(Network network, Precision precision) {
        List<Matrix> weights = new ArrayList<>();
        for (int l = 0; l < network.layers().size(); l++) {
            DoubleMatrix block = network.parameters().block(l);
            weights.add(precision == Precision.DOUBLE ? block : block.to(precision));
        }
        return weights;
    }

    /** The same for another Fisher matrix, without loss, in a workspace of its own; the rounded parameters are shared. */
    TapEngine withFisher(Fisher other, Precision precision) {
        return new TapEngine(network, other, precision, false, weights);
    }

    /**
     * Bytes for each row of a block: the row itself twice, since the next block fills while one is computed, the values
     * and derivatives of every node, and the gradients that go back through it.
     */
    public static long bytesOfRow(Network network, Fisher fisher, Precision precision) {
        long numbers = 2L * (network.inputs() + 1);
        long columns = 1L + (fisher.type() == Fisher.Type.EMPIRICAL ? 0 : fisher.columns(network.outputs()));
        boolean[] carries = carriesGradient(network.nodes());
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
        boolean[] carries = carriesGradient(network.nodes());
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

    /** Whether a node or one before it has parameters, so that a gradient must reach it. */
    private static boolean[] carriesGradient(List<Network.Node> nodes) {
        boolean[] carries = new boolean[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            carries[i] =
                    nodes.get(i).layer() >= 0 || nodes.get(i).inputs().stream().anyMatch(k -> k >= 0 && carries[k]);
        }
        return carries;
    }

    /**
     * The outputs f of the network, outputs × B; overwritten by the next call of any method.
     */
    public Matrix outputs(RowBlock block) {
        List<Values> values = forward(block);
        return values.get(values.size() - 1).plain();
    }

    /**
     * The taps of a block; their matrices are overwritten by the next call of any method.
     *
     * @throws UserException for the empirical Fisher of rows without labels
     */
    public Taps taps(RowBlock block) {
        return taps(block, forward(block));
    }

    /** As {@link #taps(RowBlock)}, from values that another engine's {@link #forward} gave. */
    Taps tapsOfOther(RowBlock block, List<Values> values) {
        workspace.reset();
        return taps(block, values);
    }

    /** As {@link #taps(RowBlock)}, from values that {@link #forward} gave. */
    Taps taps(RowBlock block, List<Values> values) {
        DoubleMatrix labels = labels(block);
        if (labels == null && block.rows() > 0 && fisher.type() == Fisher.Type.EMPIRICAL) {
            throw new UserException("fisher.type = empirical needs labels; name them with data.label");
        }
        Matrix outputs = values.get(values.size() - 1).plain();
        Seeds seeds = seeds(block, outputs);
        List<@Nullable Matrix> gradients = backward(values, seeds.gradients());

        double[] roots = rootWeights(block);
        List<Tap> taps = new ArrayList<>();
        for (int i = 0; i < network.nodes().size(); i++) {
            Matrix gradient = gradients.get(i);
            if (network.nodes().get(i).layer() >= 0 && gradient != null) {
                taps.add(tap(i, values, gradient, roots, labels != null));
            }
        }
        return new Taps(taps, block.rows(), seeds.weight(), seeds.loss());
    }

    private @Nullable DoubleMatrix labels(RowBlock block) {
        return withLoss || fisher.type() == Fisher.Type.EMPIRICAL ? block.labels() : null;
    }

    private Tap tap(int node, List<Values> values, Matrix gradient, double @Nullable [] roots, boolean labelled) {
        var layer = network.layers().get(network.nodes().get(node).layer());
        Values input = inputs(network.nodes().get(node), values).get(0);
        Matrix activations = layer.bias() ? input.extended() : input.plain();
        Matrix weighted = activations;
        int batch = activations.columns();
        if (roots != null) {
            weighted = workspace.take(activations.rows(), batch);
            weighted.copyFrom(activations);
            weighted.scaleColumns(roots);
        }
        Matrix atLabels = labelled ? gradient.columns(0, batch) : null;
        boolean shared = fisher.type() == Fisher.Type.EMPIRICAL;
        int first = labelled && !shared ? batch : 0;
        return new Tap(layer, activations, weighted, atLabels, gradient.columns(first, gradient.columns() - first));
    }

    /** Values of the features (index 0) and of every node i (index i + 1). */
    List<Values> forward(RowBlock block) {
        workspace.reset();
        List<Values> values = new ArrayList<>();
        values.add(block.features());
        for (Network.Node node : network.nodes()) {
            Values output = workspace.takeValues(node.outputs(), block.rows());
            node.operation().forward(inputs(node, values), weightsOf(node), output.plain());
            values.add(output);
        }
        return values;
    }

    /** Gradient with respect to the outputs of every node that carries one. */
    private List<@Nullable Matrix> backward(List<Values> values, Matrix seeds) {
        List<Network.Node> nodes = network.nodes();
        List<@Nullable Matrix> gradients = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            gradients.add(null);
        }
        gradients.set(nodes.size() - 1, seeds);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Network.Node node = nodes.get(i);
            Matrix gradient = gradients.get(i);
            if (gradient == null) {
                continue;
            }
            for (int k = 0; k < node.inputs().size(); k++) {
                int from = node.inputs().get(k);
                if (from >= 0 && carriesGradient[from]) {
                    Matrix arriving = node.operation()
                            .backward(k, inputs(node, values), values.get(i + 1), weightsOf(node), gradient, workspace);
                    Matrix known = gradients.get(from);
                    if (known != null) {
                        arriving.setToCombination(arriving, known, Double::sum);
                    }
                    gradients.set(from, arriving);
                }
            }
        }
        return gradients;
    }

    static List<Values> inputs(Network.Node node, List<Values> values) {
        return node.inputs().stream().map(k -> values.get(k + 1)).toList();
    }

    @Nullable Matrix weightsOf(Network.Node node) {
        return node.layer() < 0 ? null : weights.get(node.layer());
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

    /** Gradients with respect to the outputs, scaled by √w, with the sums of weights and losses. */
    private record Seeds(Matrix gradients, double weight, double loss) {}

    private Seeds seeds(RowBlock block, Matrix outputs) {
        int batch = block.rows();
        int width = outputs.rows();
        DoubleMatrix labels = labels(block);
        boolean shared = fisher.type() == Fisher.Type.EMPIRICAL;
        int fisherColumns = fisher.columns(width);
        int fisherStart = labels != null && !shared ? 1 : 0;
        Matrix seeds = workspace.take(width, batch * (fisherStart + fisherColumns));

        Likelihood likelihood = network.likelihood();
        double[] f = new double[width];
        double[] mean = new double[width];
        double[] label = new double[labels == null ? 0 : labels.rows()];
        double[][] columns = new double[fisherColumns][width];
        double[] gradient = new double[width];
        double weight = 0;
        double loss = 0;
        for (int b = 0; b < batch; b++) {
            double w = block.weight(b);
            double root = Math.sqrt(w);
            if (w == 0) { // its gradients are zero, even where its loss is infinite
                for (int k = b; k < seeds.columns(); k += batch) {
                    seeds.columns(k, 1).fill(0);
                }
                continue;
            }
            outputs.getColumn(b, f);
            likelihood.mean(f, mean);
            weight += w;
            if (labels != null) {
                labels.getColumn(b, label);
                loss += w * likelihood.loss(f, mean, label);
                likelihood.gradient(mean, label, gradient);
                setScaled(seeds, b, gradient, root);
            }
            if (!shared) {
                fisherGradients(f, mean, block.id(b), columns);
                double scale = fisher.type() == Fisher.Type.MONTE_CARLO ? root / Math.sqrt(fisherColumns) : root;
                for (int c = 0; c < fisherColumns; c++) {
                    setScaled(seeds, (fisherStart + c) * batch + b, columns[c], scale);
                }
            }
        }
        return new Seeds(seeds, weight, loss);
    }

    private void fisherGradients(double[] f, double[] mean, long id, double[][] columns) {
        Likelihood likelihood = network.likelihood();
        if (fisher.type() == Fisher.Type.EXACT) {
            likelihood.fisherRoot(f, columns);
            return;
        }
        for (int draw = 0; draw < columns.length; draw++) {
            likelihood.drawGradient(f, mean, random.seek(id, draw), columns[draw]);
        }
    }

    /** Overwrites {@code gradient}. */
    private static void setScaled(Matrix seeds, int column, double[] gradient, double scale) {
        if (scale != 1) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= scale;
            }
        }
        seeds.setColumn(column, gradient);
    }
}
