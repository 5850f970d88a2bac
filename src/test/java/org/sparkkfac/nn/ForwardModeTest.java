package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Tangents against dense Jacobians and central differences, and v_iᵀFv_j against the dense Fisher matrix. */
final class ForwardModeTest {
    private static List<ParameterVector> directions(Cases random, Network network, int count) {
        return IntStream.range(0, count)
                .mapToObj(c -> random.vector(network.layers(), 1))
                .toList();
    }

    private static DoubleMatrix products(
            Network network, List<ParameterVector> directions, Precision precision, List<Row> rows, int... sizes) {
        ForwardMode forward = new ForwardMode(network, directions, precision);
        DoubleMatrix products = DoubleMatrix.zeros(directions.size(), directions.size());
        for (RowBlock block : Row.blocks(precision, network.inputs(), rows, sizes)) {
            forward.addFisherProducts(block, products);
        }
        products.scale(1 / Row.totalWeight(rows));
        return products;
    }

    /** {@code v_iᵀ F v_j} with the dense F. */
    private static DoubleMatrix dense(Network network, List<ParameterVector> directions, List<Row> rows) {
        DoubleMatrix full = new BruteForce(network).full(rows, Fisher.exact());
        DoubleMatrix v = DoubleMatrix.zeros(full.rows(), directions.size());
        for (int c = 0; c < directions.size(); c++) {
            v.setColumn(c, directions.get(c).toArray());
        }
        return DoubleMatrix.product(v, true, full.times(v), false);
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void productsAreThoseOfTheDenseFisherMatrix(String likelihood) {
        Cases.each(30, random -> {
            Network network = random.network(likelihood);
            List<Row> rows = random.rows(network, 6);
            List<ParameterVector> directions = directions(random, network, random.integer(1, 4));
            DoubleMatrix expected = dense(network, directions, rows);
            Near.assertNear("vᵀFv", products(network, directions, Precision.DOUBLE, rows, 2, 0, 4), expected, 1e-10);
            Near.assertNear("in single", products(network, directions, Precision.SINGLE, rows), expected, 2e-4);
        });
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void aForgottenBiasOrWeightWouldShow(String likelihood) {
        Cases random = Cases.one();
        Network network = random.chain(likelihood, "tanh", 3, 4, 3);
        List<Row> rows = random.rows(network, 6);
        List<ParameterVector> directions = directions(random, network, 2);
        DoubleMatrix expected = dense(network, directions, rows);
        ParameterVector withoutBias = directions.get(0).copy();
        withoutBias.block(0).view(0, 4, 3, 1).fill(0);
        Near.assertFar(
                "bias", products(network, List.of(withoutBias, directions.get(1)), Precision.DOUBLE, rows), expected);
        List<Row> unweighted = rows.stream()
                .map(row -> row.withWeight(row.id() % 2 == 0 ? 1 : 2))
                .toList();
        Near.assertFar("weights", products(network, directions, Precision.DOUBLE, unweighted), expected);
    }

    static Stream<Network> networks() {
        Cases random = Cases.one();
        return Stream.of(
                        ResidualSum.network(),
                        ResidualSum.twice(),
                        ResidualSum.fromInput(),
                        random.chain("softmax", "gelu", 2, 3, 3),
                        random.chain("softmax", "sigmoid", 2, 4, 3, 3))
                .map(random::withParameters);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void tangentsAreTheLimitOfDifferencesOfTheOutputs(Network network) {
        Cases random = Cases.one();
        RowBlock block = Row.blocks(Precision.DOUBLE, network.inputs(), random.rows(network, 3))
                .get(0);
        List<ParameterVector> directions = directions(random, network, 2);
        Matrix tangents = new ForwardMode(network, directions, Precision.DOUBLE).tangents(block);
        for (int c = 0; c < 2; c++) {
            DoubleMatrix coarse = difference(network, directions.get(c), block, 1e-3);
            DoubleMatrix fine = difference(network, directions.get(c), block, 5e-4);
            fine.scale(4.0 / 3);
            fine.add(-1.0 / 3, coarse);
            Near.assertNear("Jv", tangents.columns(c * 3, 3), fine, 1e-9);
            Near.assertFar("the other direction", tangents.columns((1 - c) * 3, 3), fine);
        }
    }

    private static DoubleMatrix difference(Network network, ParameterVector v, RowBlock block, double h) {
        DoubleMatrix difference =
                (DoubleMatrix) moved(network, v, h).outputs(block).to(Precision.DOUBLE);
        difference.add(-1, moved(network, v, -h).outputs(block));
        difference.scale(1 / (2 * h));
        return difference;
    }

    private static TapEngine moved(Network network, ParameterVector v, double step) {
        ParameterVector parameters = network.parameters().copy();
        parameters.add(step, v);
        return new TapEngine(network.withParameters(parameters), Fisher.exact(), Precision.DOUBLE);
    }

    @Test
    void rowsOfWeightZeroAndEmptyBlocksAddNothing() {
        Cases random = Cases.one();
        Network network = random.chain("poisson", "tanh", 2, 3, 2);
        List<Row> rows = random.rows(network, 3);
        Row overflowing = new Row(new double[] {1e300, -1e300}, new double[] {1, 1}, 0, 1);
        List<ParameterVector> directions = directions(random, network, 2);
        ForwardMode forward = new ForwardMode(network, directions, Precision.DOUBLE);
        DoubleMatrix products = DoubleMatrix.zeros(2, 2);
        Row.blocks(Precision.DOUBLE, 2, List.of(overflowing)).forEach(b -> forward.addFisherProducts(b, products));
        forward.addFisherProducts(Row.blocks(Precision.DOUBLE, 2, rows, 0, 3).get(0), products);
        assertThat(products.norm()).isZero();
    }
}
