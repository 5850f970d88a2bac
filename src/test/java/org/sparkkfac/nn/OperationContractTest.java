package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

/**
 * What holds of every operation of the registry: backward is the transpose of tangent, tangent the limit of differences of
 * forward, and nothing is overwritten that is not said to be. One that needs constants names them in {@link #CONSTANTS}.
 */
final class OperationContractTest {
    private static final Map<String, Map<String, Object>> CONSTANTS = Map.of(Dense.OP, Map.of("units", 3));
    private static final int BATCH = 4;
    private static final int COPIES = 2;

    static Stream<Operation> operations() {
        return Stream.concat(
                Operations.names().stream()
                        .map(op -> Operations.create(new NodeSpec("node", op, CONSTANTS.getOrDefault(op, Map.of())))),
                Stream.of(new Dense(2, false), new ResidualSum()));
    }

    /** An operation with inputs away from kinks, weights if it has some, and its output. */
    private static final class Case {
        final Operation operation;
        final Precision precision;
        final Workspace workspace;
        final List<Values> inputs = new ArrayList<>();
        final Matrix weights;
        final Values output;

        Case(Cases random, Operation operation, Precision precision) {
            this.operation = operation;
            this.precision = precision;
            this.workspace = new Workspace(precision);
            List<Integer> sizes = Collections.nCopies(operation.arity(), 3);
            for (int size : sizes) {
                Values input = Values.allocate(precision, size, BATCH);
                DoubleMatrix x = random.matrix(size, BATCH);
                x.map(value -> value < 0 ? value - 0.2 : value + 0.2);
                input.plain().copyFrom(x.to(precision));
                inputs.add(input);
            }
            weights = operation
                    .layer("node", sizes)
                    .map(shape -> matrix(random, shape.out(), shape.columns()))
                    .orElse(null);
            output = Values.allocate(precision, operation.outputs(sizes), BATCH);
            output.plain().fill(Double.NaN); // must be overwritten
            operation.forward(inputs, weights, output.plain());
        }

        Matrix matrix(Cases random, int rows, int columns) {
            return random.matrix(rows, columns).to(precision);
        }

        Matrix backward(int input, Matrix gradient) {
            workspace.reset();
            return operation.backward(input, inputs, output, weights, gradient.to(gradient.precision()), workspace);
        }

        Matrix tangent(List<Matrix> moving, List<Matrix> directions) {
            Matrix tangent = Matrix.zeros(precision, output.plain().rows(), COPIES * BATCH);
            tangent.fill(Double.NaN);
            operation.tangent(inputs, output, weights, moving, directions, tangent, workspace);
            return tangent;
        }

        List<Matrix> onlyInput(int input, Matrix tangent) {
            return IntStream.range(0, inputs.size())
                    .mapToObj(i -> i == input ? tangent : null)
                    .toList();
        }

        List<Matrix> still() {
            return weights == null
                    ? List.of()
                    : Collections.nCopies(COPIES, Matrix.zeros(precision, weights.rows(), weights.columns()));
        }

        /** ā, of which a layer's weights are the factor. */
        DoubleMatrix layerInput() {
            Values input = inputs.get(0);
            LayerShape shape = operation.layer("node", List.of(3)).orElseThrow();
            return dense(shape.bias() ? input.extended() : input.plain());
        }
    }

    private static DoubleMatrix dense(Matrix matrix) {
        DoubleMatrix copy = DoubleMatrix.zeros(matrix.rows(), matrix.columns());
        copy.copyFrom(matrix.to(Precision.DOUBLE));
        return copy;
    }

    private static double dot(Matrix x, Matrix y) {
        return dense(x).dot(dense(y));
    }

    private static double tolerance(Precision precision) {
        return precision == Precision.DOUBLE ? 1e-12 : 1e-5;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void backwardIsTheTransposeOfTangent(Operation operation) {
        for (Precision precision : Precision.values()) {
            Cases.each(5, random -> {
                Case c = new Case(random, operation, precision);
                Matrix u = c.matrix(random, c.output.plain().rows(), COPIES * BATCH);
                for (int i = 0; i < c.inputs.size(); i++) {
                    Matrix v = c.matrix(random, 3, COPIES * BATCH);
                    double forward = dot(c.tangent(c.onlyInput(i, v), c.still()), u);
                    Matrix back = c.backward(i, u);
                    double scale = 1 + dense(v).norm() * dense(u).norm();
                    Near.assertNear("⟨Jv, u⟩ = ⟨v, Jᵀu⟩", scale + dot(v, back), scale + forward, tolerance(precision));
                    DoubleMatrix other = dense(back);
                    other.set(0, 0, other.get(0, 0) + 0.1);
                    Near.assertFar("one entry of Jᵀu", scale + dense(v).dot(other), scale + forward);
                }
            });
        }
    }

    /** The gradient of a layer's weights is {@code Σ u āᵀ}, which is what taps are. */
    @ParameterizedTest
    @MethodSource("operations")
    void tangentsAlongWeightsAreThoseOfTheTaps(Operation operation) {
        for (Precision precision : Precision.values()) {
            Case c = new Case(Cases.one(), operation, precision);
            if (c.weights == null) {
                continue;
            }
            Cases random = Cases.one();
            Matrix u = c.matrix(random, c.output.plain().rows(), COPIES * BATCH);
            List<Matrix> directions = IntStream.range(0, COPIES)
                    .mapToObj(k -> c.matrix(random, c.weights.rows(), c.weights.columns()))
                    .toList();
            DoubleMatrix tangent = dense(c.tangent(c.onlyInput(-1, u), directions));
            for (int k = 0; k < COPIES; k++) {
                DoubleMatrix ofCopy = dense(u.columns(k * BATCH, BATCH));
                DoubleMatrix gradient = DoubleMatrix.product(ofCopy, false, c.layerInput(), true);
                double expected = gradient.dot(dense(directions.get(k)));
                double actual = ofCopy.dot(dense(tangent.columns(k * BATCH, BATCH)));
                Near.assertNear("⟨Ẇ, Σ u āᵀ⟩", actual, expected, 10 * tolerance(precision));
                Near.assertFar("the other direction", gradient.dot(dense(directions.get(1 - k))), expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void tangentIsTheLimitOfDifferencesOfForward(Operation operation) {
        Cases.each(5, random -> {
            Case c = new Case(random, operation, Precision.DOUBLE);
            for (int i = 0; i < c.inputs.size(); i++) {
                Matrix v = c.matrix(random, 3, COPIES * BATCH);
                DoubleMatrix tangent = dense(c.tangent(c.onlyInput(i, v), c.still()));
                for (int k = 0; k < COPIES; k++) {
                    DoubleMatrix direction = dense(v.columns(k * BATCH, BATCH));
                    DoubleMatrix fine = difference(c, i, direction, 5e-4);
                    fine.scale(4.0 / 3);
                    fine.add(-1.0 / 3, difference(c, i, direction, 1e-3));
                    Near.assertNear("Jv", tangent.columns(k * BATCH, BATCH), fine, 1e-9);
                    Near.assertFar("the other direction", tangent.columns((1 - k) * BATCH, BATCH), fine);
                }
            }
        });
    }

    private static DoubleMatrix difference(Case c, int input, DoubleMatrix direction, double h) {
        DoubleMatrix difference = moved(c, input, direction, h);
        difference.add(-1, moved(c, input, direction, -h));
        difference.scale(1 / (2 * h));
        return difference;
    }

    private static DoubleMatrix moved(Case c, int input, DoubleMatrix direction, double step) {
        List<Values> inputs = new ArrayList<>(c.inputs);
        Values moved = Values.allocate(c.precision, 3, BATCH);
        DoubleMatrix x = dense(c.inputs.get(input).plain());
        x.add(step, direction);
        moved.plain().copyFrom(x);
        inputs.set(input, moved);
        Matrix output = Matrix.zeros(c.precision, c.output.plain().rows(), BATCH);
        c.operation.forward(inputs, c.weights, output);
        return dense(output);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void copiesGoBackTogetherAsTheyDoAlone(Operation operation) {
        for (Precision precision : Precision.values()) {
            Cases random = Cases.one();
            Case c = new Case(random, operation, precision);
            Matrix u = c.matrix(random, c.output.plain().rows(), COPIES * BATCH);
            for (int i = 0; i < c.inputs.size(); i++) {
                DoubleMatrix together = dense(c.backward(i, u));
                for (int k = 0; k < COPIES; k++) {
                    DoubleMatrix alone = dense(c.backward(i, u.columns(k * BATCH, BATCH)));
                    Near.assertNear("copy " + k, together.columns(k * BATCH, BATCH), alone, tolerance(precision));
                    Near.assertFar("the other copy", together.columns((1 - k) * BATCH, BATCH), alone);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nothingIsOverwrittenThatIsNotSaidToBe(Operation operation) {
        for (Precision precision : Precision.values()) {
            Cases random = Cases.one();
            Case c = new Case(random, operation, precision);
            List<Matrix> given = new ArrayList<>();
            c.inputs.forEach(input -> given.add(input.extended()));
            given.add(c.output.extended());
            if (c.weights != null) {
                given.add(c.weights);
            }
            Matrix gradient = c.matrix(random, c.output.plain().rows(), COPIES * BATCH);
            if (c.weights != null || c.inputs.size() > 1) {
                given.add(gradient);
            }
            Matrix v = c.matrix(random, 3, COPIES * BATCH);
            given.add(v);
            List<DoubleMatrix> before =
                    given.stream().map(OperationContractTest::dense).toList();
            for (int i = 0; i < c.inputs.size(); i++) {
                Matrix back = operation.backward(i, c.inputs, c.output, c.weights, gradient, c.workspace);
                if (given.contains(gradient)) {
                    back.fill(7); // the result is the caller's
                }
                c.tangent(c.onlyInput(i, v), c.still()).fill(7);
            }
            operation.forward(c.inputs, c.weights, c.output.plain());
            for (int i = 0; i < given.size(); i++) {
                Near.assertSameBits("matrix " + i, dense(given.get(i)), before.get(i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void constantsComeBack(Operation operation) {
        if (Operations.names().contains(operation.op())) {
            NodeSpec spec = new NodeSpec("node", operation.op(), operation.parameters());
            assertThat(Operations.create(spec)).isEqualTo(operation);
        }
    }
}
