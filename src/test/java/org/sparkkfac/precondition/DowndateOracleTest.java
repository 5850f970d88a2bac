package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkkfac.precondition.DenseAlgebra.damped;
import static org.sparkkfac.precondition.DenseAlgebra.dense;
import static org.sparkkfac.precondition.DenseAlgebra.downdated;
import static org.sparkkfac.precondition.DenseAlgebra.inverse;
import static org.sparkkfac.precondition.DenseAlgebra.logDeterminant;
import static org.sparkkfac.precondition.DenseAlgebra.scaled;
import static org.sparkkfac.precondition.DenseAlgebra.vec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Downdates of several vectors, and rows left out, against dense matrices and against collecting again. */
final class DowndateOracleTest {
    private static final double TOLERANCE = 1e-10;

    /** P and M of a network of two layers. */
    private record Case(Cases random, Preconditioner p, DoubleMatrix m) {
        ParameterVector vector() {
            return random.vector(p.shapes(), 1);
        }

        /** gᵀPg. */
        double reach(ParameterVector g) {
            return g.dot(p.apply(g));
        }

        void assertIsInverse(String what, Downdate downdate, DoubleMatrix matrix) {
            ParameterVector d = vector();
            Near.assertNear(what, vec(downdate.apply(d)), inverse(matrix).times(vec(d)), TOLERANCE);
        }
    }

    private static void each(int count, Method method, Consumer<Case> test) {
        Cases.each(count, random -> {
            Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
            StatisticsState state = Row.collect(network, random.fisher(), random.rows(network, 8));
            Damping damping = random.chance(0.5) ? Damping.absolute(0.1) : Damping.relative(1.5);
            Preconditioner p = Inverting.invert(state, method, damping, 1);
            test.accept(new Case(random, p, dense(state, method, damping)));
        });
    }

    /** The smallest eigenvalue of {@code I − UᵀQU}, Q a dense inverse. */
    private static double margin(DoubleMatrix q, List<ParameterVector> gs, List<Double> weights) {
        DoubleMatrix core = DoubleMatrix.identity(gs.size());
        for (int i = 0; i < gs.size(); i++) {
            for (int j = 0; j < gs.size(); j++) {
                double root = Math.sqrt(weights.get(i) * weights.get(j));
                double inner = vec(gs.get(i)).dot(q.times(vec(gs.get(j))));
                core.set(i, j, core.get(i, j) - root * inner);
            }
        }
        return SymmetricEigen.values(core)[0];
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void severalVectorsAreTheDenseInverse(Method method) {
        each(12, method, c -> {
            int rank = c.random().integer(2, 4);
            List<ParameterVector> gs = new ArrayList<>();
            List<Double> weights = new ArrayList<>();
            for (int i = 0; i < rank; i++) {
                gs.add(c.vector());
                weights.add(c.random().uniform(0.1, 0.9) / rank / c.reach(gs.get(i)));
            }
            Downdate downdate = c.p().downdate(gs, weights);
            c.assertIsInverse("downdate", downdate, downdated(c.m(), gs, weights));
            Near.assertNear("margin", downdate.margin(), margin(inverse(c.m()), gs, weights), TOLERANCE);
            assertThat(downdate.margin()).isBetween(0.1, 1.0);

            ParameterVector d = c.vector();
            ParameterVector right = downdate.apply(d);
            Near.assertFar("no downdate", c.p().apply(d).toArray(), right.toArray());
            ParameterVector wrong = c.p().apply(d);
            for (int i = 0; i < rank; i++) {
                // Each vector as if it were the only one.
                wrong.add(1, c.p().downdate(gs.get(i), weights.get(i)).apply(d));
                wrong.add(-1, c.p().apply(d));
            }
            Near.assertFar("what the vectors have in common forgotten", wrong.toArray(), right.toArray());

            ParameterVector e = c.vector();
            List<ParameterVector> together = downdate.apply(List.of(d, e));
            Near.assertNear("first of two", together.get(0), right, 1e-13);
            Near.assertNear("second of two", together.get(1), downdate.apply(e), 1e-13);
            Collections.reverse(gs);
            Collections.reverse(weights);
            Near.assertNear("in any order", c.p().downdate(gs, weights).apply(d), right, TOLERANCE);
        });
    }

    /** {@code UUᵀ} has the rank of what the vectors span, and nothing need be independent. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void vectorsMayDependOnOneAnother(Method method) {
        each(8, method, c -> {
            ParameterVector g = c.vector();
            ParameterVector h = c.vector();
            ParameterVector twice = g.copy();
            twice.scale(2);
            ParameterVector sum = g.copy();
            sum.add(1, h);
            List<ParameterVector> gs = List.of(g, h, twice, sum);
            double share = 0.2 / (c.reach(g) + c.reach(h));
            List<Double> weights = List.of(share, share, share / 4, share / 4);
            Downdate downdate = c.p().downdate(gs, weights);
            c.assertIsInverse("dependent", downdate, downdated(c.m(), gs, weights));
            Near.assertNear("margin", downdate.margin(), margin(inverse(c.m()), gs, weights), TOLERANCE);

            ParameterVector d = c.vector();
            double w = 0.3 / c.reach(g);
            ParameterVector once = c.p().downdate(g, 2 * w).apply(d);
            Near.assertNear(
                    "a half twice is the whole",
                    c.p().downdate(List.of(g, g), List.of(w, w)).apply(d),
                    once,
                    TOLERANCE);
            Near.assertFar("repetition ignored", c.p().downdate(g, w).apply(d).toArray(), once.toArray());
            // Each alone would do, both together do not.
            double much = 0.6 / c.reach(g);
            assertThat(c.p().downdate(g, much).margin()).isPositive();
            assertThatThrownBy(() -> c.p().downdate(List.of(g, g), List.of(much, much)))
                    .isInstanceOfSatisfying(
                            IndefiniteDowndateException.class,
                            refusal -> Near.assertNear("margin", refusal.margin(), -0.2, TOLERANCE))
                    .hasMessageContaining("the smallest eigenvalue of I − UᵀPU = -0.2");
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void negativeWeightsAddToTheMatrixBeforeTheOthersAreTaken(Method method) {
        each(10, method, c -> {
            List<ParameterVector> gs = List.of(c.vector(), c.vector(), c.vector(), c.vector());
            List<Double> weights = new ArrayList<>();
            for (int i = 0; i < gs.size(); i++) {
                weights.add((i % 2 == 0 ? 0.4 : -1.5) * c.random().uniform(0.2, 1) / c.reach(gs.get(i)));
            }
            Downdate downdate = c.p().downdate(gs, weights);
            c.assertIsInverse("mixed", downdate, downdated(c.m(), gs, weights));
            List<ParameterVector> added = List.of(gs.get(1), gs.get(3));
            DoubleMatrix updated = downdated(c.m(), added, List.of(weights.get(1), weights.get(3)));
            List<ParameterVector> taken = List.of(gs.get(0), gs.get(2));
            Near.assertNear(
                    "margin",
                    downdate.margin(),
                    margin(inverse(updated), taken, List.of(weights.get(0), weights.get(2))),
                    TOLERANCE);
            ParameterVector d = c.vector();
            List<Double> absolute = weights.stream().map(w -> Math.abs(w) / 10).toList();
            Near.assertFar(
                    "signs ignored",
                    c.p().downdate(gs, absolute).apply(d).toArray(),
                    c.p().downdate(gs, weights.stream().map(w -> w / 10).toList())
                            .apply(d)
                            .toArray());

            // Too much is taken in one direction, but enough was added there.
            ParameterVector g = gs.get(0);
            double reach = c.reach(g);
            assertThatThrownBy(() -> c.p().downdate(g, 1.5 / reach)).isInstanceOf(IndefiniteDowndateException.class);
            List<ParameterVector> both = List.of(g, g);
            List<Double> rescued = List.of(1.5 / reach, -1 / reach);
            Downdate positive = c.p().downdate(both, rescued);
            c.assertIsInverse("rescued", positive, downdated(c.m(), both, rescued));
            Near.assertNear("its margin", positive.margin(), 1 - 1.5 / 2, TOLERANCE);
        });
    }

    @Test
    void nothingTakenLeavesTheInverseAndNonsenseIsRefused() {
        each(2, Method.EIGEN, c -> {
            ParameterVector d = c.vector();
            ParameterVector g = c.vector();
            for (Downdate none : List.of(c.p().downdate(List.of(), List.of()), c.p().downdate(g, 0))) {
                assertThat(none.margin()).isEqualTo(1);
                Near.assertNear("P d", none.apply(d), c.p().apply(d), 0);
            }
            assertThatThrownBy(() -> c.p().downdate(List.of(g), List.of(1.0, 2.0)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("1 downdate vectors but 2 weights; give each its own");
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void weightsThatAreNoNumbersAreRefused(double weight) {
        each(
                1,
                Method.EIGEN,
                c -> assertThatThrownBy(() -> c.p().downdate(c.vector(), weight))
                        .isInstanceOf(UserException.class)
                        .hasMessage("a downdate weight must be a finite number, not " + weight));
    }

    /** Rows of weight 1 with labels, on a network small against their number. */
    private static List<Row> rows(Cases random, Network network, int count) {
        return random.rows(network, count).stream()
                .map(row -> row.withWeight(1))
                .toList();
    }

    private static List<Row> without(List<Row> rows, int index) {
        List<Row> others = new ArrayList<>(rows);
        others.remove(index);
        return others;
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void leveragesOfTheEmpiricalFisherAddUpToTheEffectiveDimension(String likelihood) {
        Cases.each(5, random -> {
            Network network = random.chain(likelihood, "tanh", 2, 2, 2);
            int n = 9;
            List<Row> rows = rows(random, network, n);
            double lambda = random.uniform(0.1, 0.5);
            double delta = n * lambda;
            BruteForce slow = new BruteForce(network);
            StatisticsState state = Row.collect(network, Fisher.empirical(), rows);
            Preconditioner p = Inverting.invert(state, Method.FULL, Damping.absolute(lambda), 1);

            DoubleMatrix second = scaled(slow.full(rows, Fisher.empirical()), n);
            double dimension = 0;
            double wrong = 0;
            for (double sigma : SymmetricEigen.values(second)) {
                dimension += sigma / (sigma + delta);
                wrong += sigma / (sigma + lambda);
            }
            DoubleMatrix h = damped(second, delta);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                ParameterVector g = slow.gradient(rows.get(i));
                double leverage = g.dot(p.apply(g)) / n;
                sum += leverage;
                Near.assertNear("h", leverage, vec(g).dot(inverse(h).times(vec(g))), TOLERANCE);
                assertThat(leverage).isBetween(0.0, 1.0);
                Downdate downdate = p.downdate(g, 1.0 / n);
                double after = g.dot(downdate.apply(g)) / n;
                Near.assertNear("h/(1 − h)", after, leverage / (1 - leverage), TOLERANCE);
                Near.assertNear("margin", downdate.margin(), 1 - leverage, TOLERANCE);
                Near.assertFar("h itself", leverage, after);

                DoubleMatrix others = downdated(h, List.of(g), List.of(1.0));
                double logDeterminant = Math.log(downdate.margin()) - p.logDeterminant() + vec(g).rows() * Math.log(n);
                Near.assertNear("log det H₋ᵢ", logDeterminant - logDeterminant(others), 0, TOLERANCE);
                Near.assertFar("log det H", logDeterminant(h), logDeterminant(others));
            }
            Near.assertNear("effective dimension", sum, dimension, TOLERANCE);
            Near.assertFar("λ for nλ", wrong, sum);
        });
    }

    /** With weights, w = w_i/W leaves the row out and keeps the divisor; dividing anew scales F and with it λ. */
    @ParameterizedTest
    @EnumSource(names = {"FULL", "EXACT"})
    void leavingARowOutKeepsTheDivisor(Method method) {
        Cases.each(6, random -> {
            Network network = method.structure() == Structure.FULL
                    ? random.chain("softmax", "tanh", 2, 3, 3)
                    : random.chain("softmax", "tanh", 2, 3);
            List<Row> rows = random.rows(network, 7);
            double total = Row.totalWeight(rows);
            double lambda = 0.2;
            BruteForce slow = new BruteForce(network);
            Row row = rows.get(0);
            double share = row.weight() / total;
            double rest = 1 - share;
            ParameterVector g = slow.gradient(row);
            ParameterVector d = random.vector(network.layers(), 1);
            StatisticsState state = Row.collect(network, Fisher.empirical(), rows);
            StatisticsState again = Row.collect(network, Fisher.empirical(), without(rows, 0));

            DoubleMatrix kept = scaled(slow.full(without(rows, 0), Fisher.empirical()), rest);
            ParameterVector plain = Inverting.invert(state, method, Damping.absolute(lambda), 1)
                    .downdate(g, share)
                    .apply(d);
            Near.assertNear(
                    "divisor kept", vec(plain), inverse(damped(kept, lambda)).times(vec(d)), TOLERANCE);
            ParameterVector anew =
                    Inverting.invert(again, method, Damping.absolute(lambda), 1).apply(d);
            Near.assertFar("divisor changed", anew.toArray(), plain.toArray());

            // F₋ᵢ + λI = (W/(W − w))·[F + λ(1 − w/W)I − (w/W)ggᵀ].
            ParameterVector scaled = Inverting.invert(state, method, Damping.absolute(lambda * rest), 1)
                    .downdate(g, share)
                    .apply(d);
            scaled.scale(rest);
            Near.assertNear("collected again", scaled, anew, TOLERANCE);
        });
    }

    /** The columns of {@code Jᵀ Λ^½}, one an output. */
    private static List<ParameterVector> fisherColumns(Network network, Row row) {
        BruteForce slow = new BruteForce(network);
        double[] f = slow.trace(row.x()).outputs();
        DoubleMatrix jacobian = DoubleMatrix.ofRows(slow.jacobian(row.x()));
        SymmetricEigen eigen = SymmetricEigen.of(slow.lambda(f));
        DoubleMatrix vectors = eigen.vectors().copy();
        double[] roots = eigen.values();
        for (int c = 0; c < roots.length; c++) {
            roots[c] = Math.sqrt(Math.max(0, roots[c]));
        }
        vectors.scaleColumns(roots);
        DoubleMatrix columns = DoubleMatrix.product(jacobian, true, vectors, false);
        List<ParameterVector> result = new ArrayList<>();
        for (int c = 0; c < columns.columns(); c++) {
            result.add(BruteForce.vector(
                    network.layers(), columns.view(0, columns.rows(), c, 1).toArray()));
        }
        return result;
    }

    /** {@code P₋ᵢ g = P Jᵀ (I − w Λ J P Jᵀ)⁻¹ s}, which needs no root of Λ. */
    private static DoubleMatrix withoutRoot(Network network, Row row, double weight, Preconditioner p) {
        BruteForce slow = new BruteForce(network);
        double[] f = slow.trace(row.x()).outputs();
        DoubleMatrix j = DoubleMatrix.ofRows(slow.jacobian(row.x()));
        DoubleMatrix pj = DoubleMatrix.product(p.toDense(), false, j, true);
        DoubleMatrix system = scaled(slow.lambda(f).times(j.times(pj)), -weight);
        system.addToDiagonal(1);
        double[] s = slow.score(f, row.label());
        DoubleMatrix solved = solve(system, DoubleMatrix.wrap(s.length, 1, s));
        return pj.times(solved);
    }

    /** A general system by its normal equations, well enough for these. */
    private static DoubleMatrix solve(DoubleMatrix a, DoubleMatrix b) {
        return inverse(DoubleMatrix.product(a, true, a, false)).times(DoubleMatrix.product(a, true, b, false));
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void aRowOfTheTrueFisherIsLeftOutByAsManyVectorsAsOutputs(String likelihood) {
        Cases.each(6, random -> {
            Network network = random.chain(likelihood, "tanh", 2, 3, 3);
            List<Row> rows = random.rows(network, 8);
            Row row = rows.get(0);
            double weight = row.weight() / Row.totalWeight(rows);
            StatisticsState state = Row.collect(network, Fisher.exact(), rows);
            Preconditioner p = Inverting.invert(state, Method.FULL, Damping.absolute(0.1), 1);
            List<ParameterVector> us = fisherColumns(network, row);
            Downdate downdate = p.downdate(us, Collections.nCopies(us.size(), weight));
            assertThat(downdate.margin()).isBetween(1e-3, 1.0);

            BruteForce slow = new BruteForce(network);
            DoubleMatrix kept = slow.full(rows, Fisher.exact());
            kept.add(-weight, slow.full(List.of(row), Fisher.exact()));
            ParameterVector g = slow.gradient(row);
            DoubleMatrix expected = inverse(damped(kept, 0.1)).times(vec(g));
            Near.assertNear("rank C", vec(downdate.apply(g)), expected, TOLERANCE);
            Near.assertNear("without a root", withoutRoot(network, row, weight, p), expected, TOLERANCE);
            Near.assertFar("the row still in", vec(p.apply(g)), expected);
            Near.assertFar(
                    "one column forgotten",
                    vec(p.downdate(us.subList(0, us.size() - 1), Collections.nCopies(us.size() - 1, weight))
                            .apply(g)),
                    expected);
        });
    }

    /** A label far off makes its gradient as long as one likes, which is none of the true Fisher's business. */
    @Test
    void theTrueFisherOfARowCanBeTakenOutWhereItsLabelGradientCannot() {
        Cases.each(5, random -> {
            Network network = random.chain("gaussian", "tanh", 2, 3, 2);
            List<Row> rows = rows(random, network, 8);
            Row outlier = new Row(rows.get(0).x(), new double[] {300, -500}, 1, 0);
            StatisticsState state = Row.collect(network, Fisher.exact(), rows);
            Preconditioner p = Inverting.invert(state, Method.FULL, Damping.absolute(0.1), 1);
            List<ParameterVector> us = fisherColumns(network, outlier);
            assertThat(p.downdate(us, Collections.nCopies(us.size(), 1.0 / 8)).margin())
                    .isPositive();
            ParameterVector g = new BruteForce(network).gradient(outlier);
            assertThatThrownBy(() -> p.downdate(g, 1.0 / 8)).isInstanceOf(IndefiniteDowndateException.class);
        });
    }

    /** A ridge regression of one linear layer, C outputs, rows of different weights. */
    private record Ridge(Network network, List<Row> rows, double lambda) {
        /** Minimises {@code (1/W) Σ w ½‖f − y‖²/σ² + ½λ‖θ‖²} over some rows, W kept, by the normal equations. */
        ParameterVector fit(List<Row> some) {
            double variance = network.likelihood().parameters().get("variance");
            int in = network.layers().get(0).columns();
            int out = network.outputs();
            DoubleMatrix normal = DoubleMatrix.zeros(in, in);
            DoubleMatrix right = DoubleMatrix.zeros(in, out);
            for (Row row : some) {
                double[] features = new double[in];
                System.arraycopy(row.x(), 0, features, 0, row.x().length);
                features[in - 1] = 1;
                DoubleMatrix a = DoubleMatrix.wrap(in, 1, features);
                DoubleMatrix scaled = scaled(a, row.weight() / Row.totalWeight(rows) / variance);
                normal.addProduct(scaled, false, a, true);
                right.addProduct(
                        scaled, false, DoubleMatrix.wrap(out, 1, row.label().clone()), true);
            }
            DoubleMatrix theta = inverse(damped(normal, lambda)).times(right);
            return new ParameterVector(network.layers(), List.of(theta.transpose()));
        }

        double[] residual(ParameterVector theta, Row row) {
            double[] f =
                    new BruteForce(network.withParameters(theta)).trace(row.x()).outputs();
            double[] residual = new double[f.length];
            for (int c = 0; c < f.length; c++) {
                residual[c] = row.label()[c] - f[c];
            }
            return residual;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FULL", "EXACT", "EIGEN", "EIGEN_CORRECTED"})
    void ridgeWithARowLeftOutIsRidgeFittedWithoutIt(Method method) {
        Cases.each(6, random -> {
            Network zero = random.chain("gaussian", "identity", 3, random.integer(1, 3));
            zero.parameters().block(0).fill(0);
            Ridge ridge = new Ridge(zero, random.rows(zero, 12), 0.05);
            double scale = ridge.rows().stream()
                    .flatMapToDouble(row -> java.util.Arrays.stream(row.label()))
                    .map(Math::abs)
                    .max()
                    .orElseThrow();

            StatisticsState state = Row.collect(zero, Fisher.exact(), ridge.rows());
            Preconditioner p = Inverting.invert(state, method, Damping.absolute(ridge.lambda()), 1);
            // The objective is quadratic: one Newton step from 0 ends at its minimum.
            ParameterVector theta = p.apply(state.meanGradient().orElseThrow());
            theta.scale(-1);
            Near.assertNear("θ", theta, ridge.fit(ridge.rows()), TOLERANCE);
            Network fitted = zero.withParameters(theta);
            for (int i = 0; i < 3; i++) {
                Row row = ridge.rows().get(i);
                double weight = row.weight() / Row.totalWeight(ridge.rows());
                ParameterVector refitted = ridge.fit(without(ridge.rows(), i));
                List<ParameterVector> us = fisherColumns(fitted, row);
                Downdate downdate = p.downdate(us, Collections.nCopies(us.size(), weight));
                ParameterVector g = new BruteForce(fitted).gradient(row);
                ParameterVector change = downdate.apply(g);
                change.scale(weight);
                ParameterVector moved = theta.copy();
                moved.add(1, change);
                Near.assertNear("θ₋ᵢ", moved, refitted, TOLERANCE);

                double leverage = 1 - downdate.margin();
                double[] residual = ridge.residual(theta, row);
                double[] leftOut = ridge.residual(refitted, row);
                for (int c = 0; c < residual.length && row.weight() > 0; c++) {
                    double predicted = residual[c] / (1 - leverage);
                    Near.assertNear("(y − ŷ)/(1 − h)", (predicted - leftOut[c]) / scale, 0, TOLERANCE);
                    Near.assertFar("y − ŷ", residual[c], leftOut[c]);
                }
                if (row.weight() > 0 && weight * g.dot(p.apply(g)) < 0.9) {
                    ParameterVector rankOne = p.downdate(g, weight).apply(g);
                    rankOne.scale(weight);
                    Near.assertFar("rank one with the label's gradient", rankOne.toArray(), change.toArray());
                }
            }
        });
    }

    /** Where the true Fisher is exact in Kronecker form, all structures agree; the shared damping of the factors does not. */
    @Test
    void factoredDampingIsNotRidge() {
        Cases random = Cases.one();
        Network zero = random.chain("gaussian", "identity", 3, 2);
        zero.parameters().block(0).fill(0);
        Ridge ridge = new Ridge(zero, random.rows(zero, 12), 0.05);
        StatisticsState state = Row.collect(zero, Fisher.exact(), ridge.rows());
        ParameterVector theta = Inverting.invert(state, Method.FACTORED, Damping.absolute(0.05), 1)
                .apply(state.meanGradient().orElseThrow());
        theta.scale(-1);
        Near.assertFar("factored", theta.toArray(), ridge.fit(ridge.rows()).toArray());
        DoubleMatrix exact = FisherBlocks.of(state, Structure.DENSE).block(0).toDense();
        Near.assertNear(
                "A ⊗ G", FisherBlocks.of(state, Structure.KRONECKER).block(0).toDense(), exact, 1e-12);
    }
}
