package org.sparkkfac.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.activation.Activation;
import org.sparkkfac.nn.activation.Activations;

/**
 * The slow exact oracle: one row at a time, the Jacobian one output at a time, dense P × P matrices, plain loops, and
 * likelihoods written down as in a textbook.
 *
 * <p>It shares with the program only the scalar activations and the draws, which tests of their own check. Matrices are
 * averages over the total weight. Index of a parameter: layers in order, in a layer column·out + row.
 */
public final class BruteForce {
    private final Network network;
    private final List<NodeSpec> specs;

    public BruteForce(Network network) {
        this.network = network;
        this.specs = network.specs();
    }

    /** The outputs y of the named layer. */
    public double[] preactivations(double[] x, String layer) {
        List<double[]> activations = trace(x).activations();
        for (int l = 0; l < activations.size(); l++) {
            if (network.layers().get(l).name().equals(layer)) {
                return multiply(network.parameters().block(l), activations.get(l));
            }
        }
        throw new IllegalArgumentException(layer);
    }

    /**
     * What a row did to the network.
     *
     * @param outputs f
     * @param activations ā of every layer
     * @param gradients of every layer and every output c: ∂f_c/∂y, C × out
     */
    public record Trace(double[] outputs, List<double[]> activations, List<double[][]> gradients) {}

    /** Forward, and backward once for each output. */
    public Trace trace(double[] x) {
        Map<String, Integer> index = new HashMap<>();
        List<double[]> values = new ArrayList<>();
        List<List<Integer>> inputs = new ArrayList<>();
        List<double[]> activations = new ArrayList<>();
        index.put(Network.INPUT, -1);
        int layer = 0;
        for (int i = 0; i < specs.size(); i++) {
            NodeSpec spec = specs.get(i);
            List<Integer> from = spec.inputs().isEmpty()
                    ? List.of(i - 1)
                    : spec.inputs().stream().map(index::get).toList();
            double[] in = from.get(0) < 0 ? x : values.get(from.get(0));
            if (spec.op().equals("dense")) {
                double[] a = extended(in, network.layers().get(layer).bias());
                activations.add(a);
                values.add(multiply(network.parameters().block(layer), a));
                layer++;
            } else if (spec.op().equals("sum")) {
                double[] sum = in.clone();
                double[] other = from.get(1) < 0 ? x : values.get(from.get(1));
                for (int k = 0; k < sum.length; k++) {
                    sum[k] += other[k];
                }
                values.add(sum);
            } else {
                Activation activation = activation(spec);
                double[] out = in.clone();
                for (int k = 0; k < out.length; k++) {
                    out[k] = activation.value(in[k]);
                }
                values.add(out);
            }
            inputs.add(from);
            index.put(spec.name(), i);
        }
        double[] outputs = values.get(values.size() - 1);
        List<double[][]> gradients = new ArrayList<>();
        network.layers().forEach(shape -> gradients.add(new double[outputs.length][]));
        for (int c = 0; c < outputs.length; c++) {
            List<double[]> ofOutput = backward(x, values, inputs, c);
            for (int l = 0; l < gradients.size(); l++) {
                gradients.get(l)[c] = ofOutput.get(l);
            }
        }
        return new Trace(outputs, activations, gradients);
    }

    /** ∂f_c/∂y of every layer. */
    private List<double[]> backward(double[] x, List<double[]> values, List<List<Integer>> inputs, int c) {
        List<double[]> gradients = new ArrayList<>();
        values.forEach(value -> gradients.add(new double[value.length]));
        gradients.get(values.size() - 1)[c] = 1;
        List<double[]> ofLayers = new ArrayList<>();
        int layer = network.layers().size();
        for (int i = specs.size() - 1; i >= 0; i--) {
            NodeSpec spec = specs.get(i);
            double[] g = gradients.get(i);
            if (spec.op().equals("dense")) {
                layer--;
                ofLayers.add(0, g);
            }
            for (int from : inputs.get(i)) {
                double[] in = from < 0 ? x : values.get(from);
                for (int k = 0; from >= 0 && k < in.length; k++) {
                    double arriving = 0;
                    if (spec.op().equals("dense")) {
                        for (int r = 0; r < g.length; r++) {
                            arriving += network.parameters().block(layer).get(r, k) * g[r];
                        }
                    } else {
                        arriving = spec.op().equals("sum")
                                ? g[k]
                                : g[k] * activation(spec).derivative(in[k]);
                    }
                    gradients.get(from)[k] += arriving;
                }
            }
        }
        return ofLayers;
    }

    private static Activation activation(NodeSpec spec) {
        Map<String, Double> constants = new HashMap<>();
        spec.parameters().forEach((name, value) -> constants.put(name, ((Number) value).doubleValue()));
        return Activations.create(spec.op(), constants);
    }

    private static double[] extended(double[] x, boolean bias) {
        double[] a = Arrays.copyOf(x, bias ? x.length + 1 : x.length);
        if (bias) {
            a[x.length] = 1;
        }
        return a;
    }

    private static double[] multiply(DoubleMatrix w, double[] a) {
        double[] y = new double[w.rows()];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < a.length; j++) {
                y[i] += w.get(i, j) * a[j];
            }
        }
        return y;
    }

    /** J, C × P. */
    public double[][] jacobian(double[] x) {
        Trace trace = trace(x);
        double[][] jacobian = new double[trace.outputs().length][parameters()];
        for (int c = 0; c < jacobian.length; c++) {
            for (int l = 0; l < network.layers().size(); l++) {
                double[] a = trace.activations().get(l);
                double[] g = trace.gradients().get(l)[c];
                for (int j = 0; j < a.length; j++) {
                    for (int i = 0; i < g.length; i++) {
                        jacobian[c][first(l) + j * g.length + i] = g[i] * a[j];
                    }
                }
            }
        }
        return jacobian;
    }

    /** Number of parameters P. */
    public int parameters() {
        return first(network.layers().size());
    }

    /** Index of the first parameter of a layer. */
    public int first(int layer) {
        int first = 0;
        for (LayerShape shape : network.layers().subList(0, layer)) {
            first += (int) shape.parameters();
        }
        return first;
    }

    private double dispersion() {
        return network.likelihood().parameters().getOrDefault("dispersion", 1.0);
    }

    private double variance() {
        return network.likelihood().parameters().getOrDefault("variance", 1.0);
    }

    private double[] target(double[] f, double[] label) {
        if (!network.likelihood().type().equals("softmax") || label.length > 1) {
            return label;
        }
        double[] target = new double[f.length];
        target[(int) label[0]] = 1;
        return target;
    }

    /** exp f over its sum. */
    public static double[] softmax(double[] f) {
        double sum = 0;
        double[] p = new double[f.length];
        for (int c = 0; c < f.length; c++) {
            p[c] = Math.exp(f[c]);
            sum += p[c];
        }
        for (int c = 0; c < f.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    private static double sigmoid(double f) {
        return 1 / (1 + Math.exp(-f));
    }

    /** −log p(y | f) without constants. */
    public double loss(double[] f, double[] label) {
        double[] y = target(f, label);
        double[] p = softmax(f);
        double loss = 0;
        for (int c = 0; c < f.length; c++) {
            loss += switch (network.likelihood().type()) {
                case "softmax" -> -y[c] * Math.log(p[c]);
                case "sigmoid" -> Math.log(1 + Math.exp(f[c])) - y[c] * f[c];
                case "gaussian" -> 0.5 * (f[c] - y[c]) * (f[c] - y[c]) / variance();
                case "poisson" -> Math.exp(f[c]) - y[c] * f[c];
                case "negative-binomial" ->
                    (y[c] + dispersion()) * Math.log(1 + Math.exp(f[c]) / dispersion()) - y[c] * f[c];
                default ->
                    throw new IllegalArgumentException(network.likelihood().type());
            };
        }
        return loss;
    }

    /** ∂loss/∂f. */
    public double[] score(double[] f, double[] label) {
        double[] y = target(f, label);
        double[] p = softmax(f);
        double[] score = new double[f.length];
        for (int c = 0; c < f.length; c++) {
            score[c] = switch (network.likelihood().type()) {
                case "softmax" -> p[c] - y[c];
                case "sigmoid" -> sigmoid(f[c]) - y[c];
                case "gaussian" -> (f[c] - y[c]) / variance();
                case "poisson" -> Math.exp(f[c]) - y[c];
                case "negative-binomial" -> (Math.exp(f[c]) - y[c]) / (1 + Math.exp(f[c]) / dispersion());
                default ->
                    throw new IllegalArgumentException(network.likelihood().type());
            };
        }
        return score;
    }

    /** Λ, the Fisher matrix of the outputs. */
    public DoubleMatrix lambda(double[] f) {
        double[] p = softmax(f);
        DoubleMatrix lambda = DoubleMatrix.zeros(f.length, f.length);
        for (int c = 0; c < f.length; c++) {
            lambda.set(
                    c,
                    c,
                    switch (network.likelihood().type()) {
                        case "softmax" -> p[c];
                        case "sigmoid" -> sigmoid(f[c]) * (1 - sigmoid(f[c]));
                        case "gaussian" -> 1 / variance();
                        case "poisson" -> Math.exp(f[c]);
                        case "negative-binomial" -> 1 / (Math.exp(-f[c]) + 1 / dispersion());
                        default ->
                            throw new IllegalArgumentException(
                                    network.likelihood().type());
                    });
            for (int d = 0; network.likelihood().type().equals("softmax") && d < f.length; d++) {
                lambda.set(c, d, lambda.get(c, d) - p[c] * p[d]);
            }
        }
        return lambda;
    }

    /** E[s sᵀ] of one row's output gradients s, for any kind of Fisher matrix. */
    public DoubleMatrix outputFisher(Row row, double[] f, Fisher fisher) {
        if (fisher.type() == Fisher.Type.EXACT) {
            return lambda(f);
        }
        int draws = fisher.type() == Fisher.Type.EMPIRICAL ? 1 : fisher.samples();
        CounterRandom random = new CounterRandom(fisher.seed());
        DoubleMatrix sum = DoubleMatrix.zeros(f.length, f.length);
        for (int draw = 0; draw < draws; draw++) {
            double[] s = new double[f.length];
            if (fisher.type() == Fisher.Type.EMPIRICAL) {
                s = score(f, row.label());
            } else {
                double[] mean = new double[f.length];
                network.likelihood().mean(f, mean);
                network.likelihood().drawGradient(f, mean, random.seek(row.id(), draw), s);
            }
            for (int c = 0; c < f.length; c++) {
                for (int d = 0; d < f.length; d++) {
                    sum.set(c, d, sum.get(c, d) + s[c] * s[d] / draws);
                }
            }
        }
        return sum;
    }

    /** {@code (1/W) Σ w JᵀΛJ}, with Λ of the kind asked for. */
    public DoubleMatrix full(List<Row> rows, Fisher fisher) {
        int p = parameters();
        double[][] full = new double[p][p];
        for (Row row : rows) {
            double[][] j = jacobian(row.x());
            DoubleMatrix lambda = outputFisher(row, trace(row.x()).outputs(), fisher);
            for (int c = 0; c < j.length; c++) {
                for (int d = 0; d < j.length; d++) {
                    double weight = row.weight() * lambda.get(c, d) / Row.totalWeight(rows);
                    for (int r = 0; r < p; r++) {
                        for (int s = 0; s < p; s++) {
                            full[r][s] += weight * j[c][r] * j[d][s];
                        }
                    }
                }
            }
        }
        return DoubleMatrix.ofRows(full);
    }

    /** The diagonal block of {@link #full} that belongs to a layer. */
    public DoubleMatrix block(DoubleMatrix full, int layer) {
        int p = (int) network.layers().get(layer).parameters();
        return full.view(first(layer), p, first(layer), p).copy();
    }

    /** {@code (1/W) Σ w āāᵀ}. */
    public DoubleMatrix activationCovariance(List<Row> rows, int layer) {
        int n = network.layers().get(layer).columns();
        DoubleMatrix sum = DoubleMatrix.zeros(n, n);
        for (Row row : rows) {
            double[] a = trace(row.x()).activations().get(layer);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sum.set(i, j, sum.get(i, j) + row.weight() * a[i] * a[j] / Row.totalWeight(rows));
                }
            }
        }
        return sum;
    }

    /** {@code (1/W) Σ w E[ggᵀ]}. */
    public DoubleMatrix gradientCovariance(List<Row> rows, Fisher fisher, int layer) {
        int n = network.layers().get(layer).out();
        DoubleMatrix sum = DoubleMatrix.zeros(n, n);
        for (Row row : rows) {
            Trace trace = trace(row.x());
            DoubleMatrix lambda = outputFisher(row, trace.outputs(), fisher);
            double[][] g = trace.gradients().get(layer);
            for (int c = 0; c < g.length; c++) {
                for (int d = 0; d < g.length; d++) {
                    double weight = row.weight() * lambda.get(c, d) / Row.totalWeight(rows);
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < n; j++) {
                            sum.set(i, j, sum.get(i, j) + weight * g[c][i] * g[d][j]);
                        }
                    }
                }
            }
        }
        return sum;
    }

    /** ∇loss of one row at its label, unweighted. */
    public ParameterVector gradient(Row row) {
        double[][] jacobian = jacobian(row.x());
        double[] score = score(trace(row.x()).outputs(), row.label());
        double[] gradient = new double[parameters()];
        for (int c = 0; c < score.length; c++) {
            for (int k = 0; k < gradient.length; k++) {
                gradient[k] += score[c] * jacobian[c][k];
            }
        }
        return vector(network.layers(), gradient);
    }

    /** {@code (1/W) Σ w ∇loss}. */
    public ParameterVector meanGradient(List<Row> rows) {
        ParameterVector mean = ParameterVector.zeros(network.layers());
        rows.forEach(row -> mean.add(row.weight() / Row.totalWeight(rows), gradient(row)));
        return mean;
    }

    /** {@code (1/W) Σ w loss}. */
    public double meanLoss(List<Row> rows) {
        double sum = 0;
        for (Row row : rows) {
            sum += row.weight() * loss(trace(row.x()).outputs(), row.label());
        }
        return sum / Row.totalWeight(rows);
    }

    /** The inverse of {@link ParameterVector#toArray()}. */
    public static ParameterVector vector(List<LayerShape> layers, double[] entries) {
        ParameterVector vector = ParameterVector.zeros(layers);
        int k = 0;
        for (int l = 0; l < layers.size(); l++) {
            for (int j = 0; j < layers.get(l).columns(); j++) {
                for (int i = 0; i < layers.get(l).out(); i++) {
                    vector.block(l).set(i, j, entries[k++]);
                }
            }
        }
        return vector;
    }
}
