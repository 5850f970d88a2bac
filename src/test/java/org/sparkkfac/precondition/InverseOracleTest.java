package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkkfac.precondition.DenseAlgebra.damped;
import static org.sparkkfac.precondition.DenseAlgebra.dense;
import static org.sparkkfac.precondition.DenseAlgebra.factoredDense;
import static org.sparkkfac.precondition.DenseAlgebra.inverse;
import static org.sparkkfac.precondition.DenseAlgebra.pi;
import static org.sparkkfac.precondition.DenseAlgebra.scaled;
import static org.sparkkfac.precondition.DenseAlgebra.vec;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.curvature.DiagonalBlock;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Inverses and downdates against dense matrices over all layers, each with a mistake that would show. */
final class InverseOracleTest {
    private static final double TOLERANCE = 1e-10;

    private static KroneckerBlock block(Cases random) {
        LayerShape shape = new LayerShape("layer", random.integer(1, 4), random.integer(1, 4), random.chance(0.5));
        return new KroneckerBlock(
                shape, random.positiveDefinite(shape.columns()), random.positiveDefinite(shape.out()));
    }

    @Test
    void eigenIsTheDenseInverseOfTheDampedProduct() {
        Cases.each(15, random -> {
            KroneckerBlock block = block(random);
            double damping = random.uniform(0, 2);
            DoubleMatrix v = random.matrix(block.layer().out(), block.layer().columns());
            DoubleMatrix actual = vec(Method.EIGEN.invert(block, damping).apply(v));
            Near.assertNear(
                    "eigen", actual, inverse(damped(block.toDense(), damping)).times(vec(v)), TOLERANCE);
            Near.assertFar(
                    "damping twice",
                    actual,
                    inverse(damped(block.toDense(), 2 * damping)).times(vec(v)));
            Near.assertFar(
                    "factored damping",
                    actual,
                    inverse(factoredDense(block, damping, pi(block))).times(vec(v)));
        });
    }

    @Test
    void factoredIsTheDenseInverseWithTheCrossTerms() {
        Cases.each(15, random -> {
            KroneckerBlock block = block(random);
            double damping = random.uniform(0.01, 2);
            double pi = pi(block);
            DoubleMatrix v = random.matrix(block.layer().out(), block.layer().columns());
            DoubleMatrix actual = vec(Method.FACTORED.invert(block, damping).apply(v));
            Near.assertNear(
                    "factored",
                    actual,
                    inverse(factoredDense(block, damping, pi)).times(vec(v)),
                    TOLERANCE);
            if (Math.abs(pi - 1) > 0.01) {
                Near.assertFar(
                        "1/π for π",
                        actual,
                        inverse(factoredDense(block, damping, 1 / pi)).times(vec(v)));
            }
            Near.assertFar(
                    "cross terms forgotten",
                    actual,
                    inverse(damped(block.toDense(), damping)).times(vec(v)));
        });
    }

    @Test
    void theShareOfTheDampingMakesTheFactorsScaleInvisible() {
        Cases.each(10, random -> {
            KroneckerBlock block = block(random);
            double c = random.uniform(2, 50);
            KroneckerBlock moved = new KroneckerBlock(block.layer(), scaled(block.a(), c), scaled(block.g(), 1 / c));
            DoubleMatrix v = random.matrix(block.layer().out(), block.layer().columns());
            DoubleMatrix expected = Method.FACTORED.invert(block, 0.3).apply(v);
            Near.assertNear(
                    "A → cA, G → G/c", Method.FACTORED.invert(moved, 0.3).apply(v), expected, TOLERANCE);
            Near.assertFar(
                    "π of the unscaled factors",
                    inverse(factoredDense(moved, 0.3, pi(block))).times(vec(v)),
                    vec(expected));
        });
    }

    @Test
    void withoutDampingFactoredAndEigenAgree() {
        Cases.each(10, random -> {
            KroneckerBlock block = block(random);
            DoubleMatrix v = random.matrix(block.layer().out(), block.layer().columns());
            Near.assertNear(
                    "undamped",
                    Method.FACTORED.invert(block, 0).apply(v),
                    Method.EIGEN.invert(block, 0).apply(v),
                    TOLERANCE);
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void everyMethodAndItsDowndateAreTheDenseInverseOverAllLayers(Method method) {
        Cases.each(12, random -> {
            Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
            StatisticsState state = Row.collect(network, random.fisher(), random.rows(network, 8));
            Damping damping = random.chance(0.5) ? Damping.absolute(0.1) : Damping.relative(1.5);
            Preconditioner preconditioner = Inverting.invert(state, method, damping, 1);
            DoubleMatrix m = dense(state, method, damping);
            ParameterVector d = random.vector(network.layers(), 1);
            ParameterVector g = random.vector(network.layers(), 1);
            Near.assertNear("P d", vec(preconditioner.apply(d)), inverse(m).times(vec(d)), TOLERANCE);

            double reach = vec(g).dot(inverse(m).times(vec(g)));
            double weight = random.uniform(0.1, 0.9) / reach;
            DoubleMatrix downdated = m.copy();
            downdated.addProduct(scaled(vec(g), -weight), false, vec(g), true);
            Downdate downdate = preconditioner.downdate(g, weight);
            DoubleMatrix actual = vec(downdate.apply(d));
            Near.assertNear("margin", downdate.margin(), 1 - weight * reach, TOLERANCE);
            Near.assertNear("downdate", actual, inverse(downdated).times(vec(d)), TOLERANCE);
            Near.assertFar("no downdate", vec(preconditioner.apply(d)), actual);

            ParameterVector onlyFirst = g.copy();
            onlyFirst.block(1).fill(0);
            Near.assertFar(
                    "layers apart",
                    vec(preconditioner.downdate(onlyFirst, weight).apply(d)),
                    actual);
            // Going up instead of down is the same formula with the other sign.
            DoubleMatrix updated = m.copy();
            updated.addProduct(scaled(vec(g), weight), false, vec(g), true);
            Near.assertNear(
                    "update",
                    vec(preconditioner.downdate(g, -weight).apply(d)),
                    inverse(updated).times(vec(d)),
                    TOLERANCE);
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aDowndateBeyondTheMarginIsRefusedWithItsNumber(Method method) {
        Cases.each(5, random -> {
            Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
            StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 8));
            Preconditioner preconditioner = Inverting.invert(state, method, Damping.absolute(0.1), 1);
            ParameterVector g = random.vector(network.layers(), 1);
            double reach = g.dot(preconditioner.apply(g));
            for (double h : new double[] {1 - 0.5e-6, 1, 1.5, 100}) {
                assertThatThrownBy(() -> preconditioner.downdate(g, h / reach))
                        .isInstanceOfSatisfying(
                                IndefiniteDowndateException.class,
                                refusal -> assertThat(Math.abs(refusal.margin() - (1 - h)))
                                        .isLessThan(1e-13 * Math.max(1, h)))
                        .hasMessageContaining("must exceed 1e-6");
            }
            assertThat(preconditioner.downdate(g, (1 - 2e-6) / reach).margin()).isBetween(1e-6, 3e-6);
            // dᵀc > 0 says nothing of positivity: it would be positive here for a d that g does not reach.
            ParameterVector d = random.vector(network.layers(), 1);
            ParameterVector pg = preconditioner.apply(g);
            d.add(-d.dot(pg) / g.dot(pg), g);
            assertThat(d.dot(preconditioner.apply(d))).isPositive();
            assertThatThrownBy(() -> preconditioner.downdate(g, 1.5 / reach).apply(d))
                    .isInstanceOf(IndefiniteDowndateException.class);
        });
    }

    @Test
    void withTheMeanGradientTheEmpiricalFisherBecomesTheCovariance() {
        Cases.each(5, random -> {
            Network network = random.chain("softmax", "tanh", 3, 3);
            List<Row> rows = random.rows(network, 9);
            StatisticsState state = Row.collect(network, Fisher.empirical(), rows);
            Preconditioner preconditioner = Inverting.invert(state, Method.EXACT, Damping.absolute(0.05), 1);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix mean = vec(slow.meanGradient(rows));
            DoubleMatrix covariance = DoubleMatrix.zeros(mean.rows(), mean.rows());
            for (Row row : rows) {
                DoubleMatrix centred = vec(slow.gradient(row));
                centred.add(-1, mean);
                covariance.addProduct(scaled(centred, row.weight() / Row.totalWeight(rows)), false, centred, true);
            }
            ParameterVector d = random.vector(network.layers(), 1);
            ParameterVector solution = preconditioner
                    .downdate(state.meanGradient().orElseThrow(), 1)
                    .apply(d);
            Near.assertNear(
                    "covariance",
                    vec(solution),
                    inverse(damped(covariance, 0.05)).times(vec(d)),
                    TOLERANCE);
            Near.assertFar("second moment", vec(preconditioner.apply(d)), vec(solution));
        });
    }

    /** The network whose features are Ω's image of those before; Ω keeps the bias coordinate. */
    private static DoubleMatrix omega(Cases random, int n) {
        DoubleMatrix omega = DoubleMatrix.identity(n + 1);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= n; j++) {
                omega.set(i, j, (i == j ? 1 : 0) + 0.4 * random.normal());
            }
        }
        return omega;
    }

    private static DoubleMatrix generalInverse(DoubleMatrix x) {
        return DoubleMatrix.product(inverse(DoubleMatrix.product(x, true, x, false)), false, x, true);
    }

    private static Row transformed(Row row, DoubleMatrix omega) {
        double[] a = Arrays.copyOf(row.x(), row.x().length + 1);
        a[row.x().length] = 1;
        double[] image = omega.times(DoubleMatrix.wrap(a.length, 1, a)).toArray();
        return new Row(Arrays.copyOf(image, row.x().length), row.label(), row.weight(), row.id());
    }

    private static ParameterVector step(Network network, List<Row> rows, Method method) {
        StatisticsState state = Row.collect(network, Fisher.exact(), rows);
        return Inverting.invert(state, method, Damping.absolute(0), 1)
                .apply(state.meanGradient().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void stepsFollowAffineTransformationsOfTheFeaturesWithoutDamping(Method method) {
        Cases.each(5, random -> {
            Network network = random.chain("gaussian", "tanh", 2, 3, 2);
            List<Row> rows = random.rows(network, 60);
            DoubleMatrix omega = omega(random, 2);
            DoubleMatrix back = generalInverse(omega);
            ParameterVector moved = network.parameters().copy();
            moved.block(0).copyFrom(network.parameters().block(0).times(back));
            List<Row> movedRows =
                    rows.stream().map(row -> transformed(row, omega)).toList();
            ParameterVector step = step(network, rows, method);
            ParameterVector movedStep = step(network.withParameters(moved), movedRows, method);
            DoubleMatrix expected = step.block(0).times(back);
            if (method.structure() == Structure.DIAGONAL || method.structure() == Structure.EIGEN_CORRECTED) {
                Near.assertFar(method + " follows", movedStep.block(0), expected);
            } else {
                Near.assertNear("Δ' = ΔΩ⁻¹", movedStep.block(0), expected, TOLERANCE);
                Near.assertNear("the layer above", movedStep.block(1), step.block(1), TOLERANCE);
                Near.assertFar("Ω for Ω⁻¹", movedStep.block(0), step.block(0).times(omega));
            }
        });
    }

    /** The outputs of the first of two linear layers turned by Φ, which the second one turns back. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void stepsFollowLinearTransformationsOfAnOutputWithoutDamping(Method method) {
        Cases.each(5, random -> {
            Network network = random.chain("gaussian", "identity", 3, 2, 2);
            List<Row> rows = random.rows(network, 60);
            if (method.structure() == Structure.FULL) {
                // Any Φ leaves the function as it is: the parameters between two linear layers are not identified.
                assertThatThrownBy(() -> step(network, rows, method)).isInstanceOf(SingularBlockException.class);
                return;
            }
            DoubleMatrix omega = omega(random, 2);
            omega.view(0, 2, 2, 1).fill(0);
            DoubleMatrix back = generalInverse(omega);
            DoubleMatrix phi = omega.view(0, 2, 0, 2);
            ParameterVector moved = network.parameters().copy();
            moved.block(0).copyFrom(phi.times(network.parameters().block(0)));
            moved.block(1).copyFrom(network.parameters().block(1).times(back));
            ParameterVector step = step(network, rows, method);
            ParameterVector movedStep = step(network.withParameters(moved), rows, method);
            // A ⊗ G is exact here, so the corrections change nothing and follow too.
            if (method.structure() == Structure.DIAGONAL) {
                Near.assertFar(method + " follows", movedStep.block(0), phi.times(step.block(0)));
            } else {
                Near.assertNear("ΦΔ", movedStep.block(0), phi.times(step.block(0)), TOLERANCE);
                Near.assertNear("ΔΦ⁻¹", movedStep.block(1), step.block(1).times(back), TOLERANCE);
                Near.assertFar("Φᵀ for Φ", movedStep.block(0), DoubleMatrix.product(phi, true, step.block(0), false));
            }
        });
    }

    @Test
    void theDiagonalIsInvertedEntryByEntry() {
        LayerShape shape = new LayerShape("layer", 2, 2, false);
        DoubleMatrix diagonal = DoubleMatrix.ofRows(new double[] {1, 2}, new double[] {-1e-20, 4});
        DoubleMatrix inverse = Method.DIAGONAL
                .invert(new DiagonalBlock(shape, diagonal), 0.5)
                .apply(DoubleMatrix.ofRows(new double[] {1, 1}, new double[] {1, 9}));
        Near.assertNear(
                "1/(D + λ)", inverse, DoubleMatrix.ofRows(new double[] {1 / 1.5, 1 / 2.5}, new double[] {2, 2}), 1e-15);
    }
}
