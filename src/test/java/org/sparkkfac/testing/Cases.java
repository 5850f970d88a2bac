package org.sparkkfac.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * Random cases, each from a seed of its own. A failing case prints its seed; {@code -Dkfac.seed=…} runs that one alone.
 */
public final class Cases {
    private static final long FIRST_SEED = 20_260_101;

    /** Every activation that has no kink. */
    private static final List<String> SMOOTH =
            List.of("identity", "tanh", "sigmoid", "softplus", "gelu", "gelu-tanh", "silu");

    private final SplittableRandom random;

    private Cases(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Runs a test on so many cases. */
    public static void each(int count, Consumer<Cases> test) {
        Long only = Long.getLong("kfac.seed");
        for (int i = 0; i < (only == null ? count : 1); i++) {
            long seed = only == null ? FIRST_SEED + i : only;
            try {
                test.accept(new Cases(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("with seed " + seed + " (-Dkfac.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }

    /** One case, where the seed does not matter. */
    public static Cases one() {
        return new Cases(FIRST_SEED);
    }

    /** A whole number from {@code low} to {@code high}, both included. */
    public int integer(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    public double uniform(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    public double normal() {
        return random.nextGaussian();
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public double[] normals(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = normal();
        }
        return values;
    }

    /** A matrix of standard normal entries. */
    public DoubleMatrix matrix(int rows, int columns) {
        return DoubleMatrix.wrap(rows, columns, normals(rows * columns));
    }

    public Matrix matrix(Precision precision, int rows, int columns) {
        return matrix(rows, columns).to(precision);
    }

    /** A symmetric positive definite matrix with eigenvalues from about 0.1 to a few. */
    public DoubleMatrix positiveDefinite(int n) {
        DoubleMatrix x = matrix(n, 2 * n + 2);
        DoubleMatrix result = DoubleMatrix.product(x, false, x, true);
        result.scale(1.0 / (2 * n + 2));
        result.addToDiagonal(0.1);
        return result;
    }

    /** A random order of 0 … n − 1. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = integer(0, i);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** A random way to write n as a sum of {@code parts} numbers, some of which are often 0. */
    public int[] split(int n, int parts) {
        int[] sizes = new int[parts];
        for (int i = 0; i < n; i++) {
            sizes[chance(0.5) ? 0 : integer(0, parts - 1)]++;
        }
        return sizes;
    }

    /** The names of all likelihoods. */
    public static List<String> likelihoods() {
        return List.copyOf(Likelihoods.names());
    }

    /** A likelihood by its name; a gaussian one with a variance that is not 1. */
    public static Likelihood likelihood(String type) {
        return Likelihoods.create(type, type.equals("gaussian") ? Map.of("variance", 0.6) : Map.of());
    }

    /** A network of one to three dense layers, some without bias, with smooth activations between them. */
    public Network network(String likelihood) {
        List<NodeSpec> nodes = new ArrayList<>();
        int layers = integer(1, 3);
        for (int l = 0; l < layers; l++) {
            int units = l == layers - 1 ? integer(2, 3) : integer(1, 4);
            nodes.add(new NodeSpec("layer" + l, "dense", Map.of("units", units, "bias", chance(0.7))));
            if (l < layers - 1) {
                nodes.add(new NodeSpec("act" + l, SMOOTH.get(integer(0, SMOOTH.size() - 1)), Map.of()));
            }
        }
        return withParameters(Network.of(integer(1, 4), nodes, likelihood(likelihood)));
    }

    /** The chain of dense layers with the given sizes, all with bias, one activation between any two. */
    public Network chain(String likelihood, String activation, int... sizes) {
        List<NodeSpec> nodes = new ArrayList<>();
        for (int l = 1; l < sizes.length; l++) {
            nodes.add(new NodeSpec("layer" + (l - 1), "dense", Map.of("units", sizes[l])));
            if (l < sizes.length - 1) {
                nodes.add(new NodeSpec("act" + (l - 1), activation, Map.of()));
            }
        }
        return withParameters(Network.of(sizes[0], nodes, likelihood(likelihood)));
    }

    /** The network with random parameters. */
    public Network withParameters(Network network) {
        return network.withParameters(vector(network.layers(), 0.7));
    }

    /** A vector with normal entries of the given standard deviation. */
    public ParameterVector vector(List<LayerShape> layers, double deviation) {
        ParameterVector vector = ParameterVector.zeros(layers);
        for (int l = 0; l < layers.size(); l++) {
            vector.block(l).map(zero -> deviation * normal());
        }
        return vector;
    }

    /** Rows with labels for a network, all of weight 1 or with weights from 0 to 3. */
    public List<Row> rows(Network network, int count) {
        boolean weighted = chance(0.7);
        boolean index = chance(0.5);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double weight = weighted ? (i > 0 && chance(0.1) ? 0 : uniform(0.5, 3)) : 1;
            rows.add(new Row(normals(network.inputs()), label(network, index), weight, random.nextLong()));
        }
        return rows;
    }

    private double[] label(Network network, boolean index) {
        String type = network.likelihood().type();
        int outputs = network.outputs();
        if (type.equals("softmax") && index) {
            return new double[] {integer(0, outputs - 1)};
        }
        double[] label = new double[outputs];
        double sum = 0;
        for (int c = 0; c < outputs; c++) {
            label[c] = switch (type) {
                case "softmax", "sigmoid" -> uniform(0, 1);
                case "gaussian" -> normal();
                default -> integer(0, 4);
            };
            sum += label[c];
        }
        for (int c = 0; type.equals("softmax") && c < outputs; c++) {
            label[c] /= sum;
        }
        return label;
    }

    /** A kind of Fisher matrix: exact, empirical, or Monte-Carlo with one to three draws. */
    public Fisher fisher() {
        return switch (integer(0, 2)) {
            case 0 -> Fisher.exact();
            case 1 -> Fisher.empirical();
            default -> Fisher.monteCarlo(integer(1, 3), random.nextLong());
        };
    }
}
