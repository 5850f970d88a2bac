package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sparkkfac.precondition.DenseAlgebra.dense;
import static org.sparkkfac.precondition.DenseAlgebra.inverse;
import static org.sparkkfac.precondition.DenseAlgebra.isUpperTriangular;
import static org.sparkkfac.precondition.DenseAlgebra.logDeterminant;
import static org.sparkkfac.precondition.DenseAlgebra.matrix;
import static org.sparkkfac.precondition.DenseAlgebra.scaled;
import static org.sparkkfac.precondition.DenseAlgebra.vec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Numbers, roots, samples and the dense form of a preconditioner, against dense matrices over all layers. */
final class PreconditionerAlgebraTest {
    private static final double TOLERANCE = 1e-10;
    private static final List<String> LIKELIHOODS = Cases.likelihoods();

    /** P of some network, M as the oracle has it, and who drew them. */
    private record Case(Cases random, Preconditioner p, DoubleMatrix m) {
        List<LayerShape> layers() {
            return p.shapes();
        }

        ParameterVector vector() {
            return random.vector(p.shapes(), 1);
        }
    }

    private static void each(int count, Method method, Consumer<Case> test) {
        Cases.each(count, random -> {
            Network network = random.network(LIKELIHOODS.get(random.integer(0, LIKELIHOODS.size() - 1)));
            StatisticsState state = Row.collect(network, random.fisher(), random.rows(network, 7));
            Damping damping = random.chance(0.5) ? Damping.absolute(0.2) : Damping.relative(0.5);
            Preconditioner p = Inverting.invert(state, method, damping, 1);
            test.accept(new Case(random, p, dense(state, method, damping)));
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void traceNormAndDeterminantAreThoseOfTheDenseInverse(Method method) {
        each(12, method, c -> {
            DoubleMatrix inverse = inverse(c.m());
            Near.assertNear("tr P", c.p().trace(), inverse.trace(), TOLERANCE);
            Near.assertNear("‖P‖", c.p().norm(), inverse.norm(), TOLERANCE);
            Near.assertNear("log det P", c.p().logDeterminant() + logDeterminant(c.m()), 0, TOLERANCE);
            Near.assertFar("tr M", c.m().trace(), c.p().trace());
            Near.assertFar("the sum of squares for its root", c.p().norm() * c.p().norm(), inverse.norm());
            Near.assertFar("log det M", logDeterminant(c.m()), c.p().logDeterminant());
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theDenseFormIsTheInverseAndWhatApplyMultipliesBy(Method method) {
        each(10, method, c -> {
            DoubleMatrix denseForm = c.p().toDense();
            Near.assertNear("dense form", denseForm, inverse(c.m()), TOLERANCE);
            Near.assertNear("unit vectors", matrix(c.layers(), c.p()::apply), denseForm, TOLERANCE);
            ParameterVector v = c.vector();
            Near.assertNear("P v", vec(c.p().apply(v)), denseForm.times(vec(v)), TOLERANCE);
            Near.assertFar("M for P", c.m().times(vec(v)), vec(c.p().apply(v)));
        });
    }

    /** 300 inputs are three panels of a product; two layers are worked on one after the other, five side by side. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void theBitsDoNotDependOnTheThreads(Method method) {
        for (int[] sizes : new int[][] {{300, 4, 3}, {9, 8, 7, 6, 5, 4}}) {
            Cases random = Cases.one();
            Network network = random.chain("softmax", "tanh", sizes);
            StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 11));
            Preconditioner p = Inverting.invert(state, method, Damping.relative(0.1), 1);
            for (int vectors = 1; vectors <= 2; vectors++) {
                List<ParameterVector> vs = List.of(random.vector(p.shapes(), 1), random.vector(p.shapes(), 1))
                        .subList(0, vectors);
                List<ParameterVector> one = p.apply(vs, 1);
                for (int threads : new int[] {2, 3}) {
                    List<ParameterVector> several = p.apply(vs, threads);
                    for (int k = 0; k < vectors; k++) {
                        Near.assertSameBits(threads + " threads", vec(several.get(k)), vec(one.get(k)));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void manyVectorsAtOnceAreThoseOneByOne(Method method) {
        each(8, method, c -> {
            List<ParameterVector> vs = new ArrayList<>();
            for (int k = 0; k < c.random().integer(2, 6); k++) {
                vs.add(c.vector());
            }
            List<ParameterVector> before =
                    vs.stream().map(ParameterVector::copy).toList();
            List<ParameterVector> together = c.p().apply(vs);
            assertThat(together).hasSameSizeAs(vs);
            for (int k = 0; k < vs.size(); k++) {
                Near.assertNear("vector " + k, together.get(k), c.p().apply(vs.get(k)), 1e-13);
                Near.assertNear("left alone", vs.get(k), before.get(k), 0);
            }
            Near.assertFar(
                    "another's result",
                    together.get(1).toArray(),
                    c.p().apply(vs.get(0)).toArray());
            assertThat(c.p().apply(List.of())).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theRootTimesItsTransposeIsTheInverse(Method method) {
        each(10, method, c -> {
            DoubleMatrix inverseRoot = matrix(c.layers(), c.p().inverseRoot());
            DoubleMatrix root = matrix(c.layers(), c.p().root());
            DoubleMatrix inverse = inverse(c.m());
            int n = inverse.rows();
            Near.assertNear("R Rᵀ", DoubleMatrix.product(inverseRoot, false, inverseRoot, true), inverse, TOLERANCE);
            Near.assertNear("R⁻ᵀ R⁻¹", DoubleMatrix.product(root, true, root, false), c.m(), TOLERANCE);
            Near.assertNear("R R⁻¹", inverseRoot.times(root), DoubleMatrix.identity(n), TOLERANCE);
            Near.assertNear("R⁻¹ R", root.times(inverseRoot), DoubleMatrix.identity(n), TOLERANCE);
            if (isUpperTriangular(inverseRoot)) {
                Near.assertFar("RᵀR", DoubleMatrix.product(inverseRoot, true, inverseRoot, false), inverse);
                Near.assertFar("twice L⁻ᵀ", inverseRoot.times(inverseRoot), inverse);
            } else {
                Near.assertNear("symmetric", inverseRoot, inverseRoot.transpose(), TOLERANCE);
                Near.assertNear("the −½ power twice", inverseRoot.times(inverseRoot), inverse, TOLERANCE);
                Near.assertFar("the −½ power once", inverseRoot, inverse);
            }
        });
    }

    /** The laws of {@code A ⊗ G} in terms of its factors. */
    @Test
    void numbersOfAKroneckerProductComeFromItsFactors() {
        Cases.each(10, random -> {
            LayerShape shape = new LayerShape("layer", random.integer(2, 4), random.integer(5, 6), random.chance(0.5));
            DoubleMatrix a = random.positiveDefinite(shape.columns());
            DoubleMatrix g = random.positiveDefinite(shape.out());
            KroneckerBlock block = new KroneckerBlock(shape, a, g);
            DoubleMatrix dense = block.toDense();
            Near.assertNear("tr", block.trace(), dense.trace(), 1e-13);
            Near.assertNear("‖·‖", block.norm(), dense.norm(), 1e-13);
            Near.assertFar("sum of traces", a.trace() + g.trace(), block.trace());
            double logDeterminant = g.rows() * logDeterminant(a) + a.rows() * logDeterminant(g);
            double swapped = a.rows() * logDeterminant(a) + g.rows() * logDeterminant(g);
            for (Method method : List.of(Method.FACTORED, Method.EIGEN)) {
                LayerInverse inverse = method.invert(block, 0);
                Near.assertNear("log det", inverse.logDeterminant() + logDeterminant, 0, TOLERANCE);
                Near.assertNear(
                        "tr", inverse.trace(), inverse(a).trace() * inverse(g).trace(), TOLERANCE);
                Near.assertNear(
                        "‖·‖", inverse.norm(), inverse(a).norm() * inverse(g).norm(), TOLERANCE);
                Near.assertFar("dimensions swapped", -swapped, inverse.logDeterminant());
                DoubleMatrix v = random.matrix(shape.out(), shape.columns());
                DoubleMatrix twice =
                        inverse.inverseRoot().apply(inverse.inverseRoot().apply(v));
                Near.assertNear("−½ twice", twice, inverse.apply(v), TOLERANCE);
            }
        });
    }

    /** With one layer the matrix over all layers is the exact block. */
    @Test
    void forOneLayerFullIsExact() {
        Cases.each(6, random -> {
            Network network = random.chain("softmax", "tanh", 3, 3);
            StatisticsState state = Row.collect(network, random.fisher(), random.rows(network, 9));
            Preconditioner full = Inverting.invert(state, Method.FULL, Damping.relative(0.3), 1);
            Preconditioner exact = Inverting.invert(state, Method.EXACT, Damping.relative(0.3), 1);
            ParameterVector v = random.vector(network.layers(), 1);
            Near.assertNear("P v", full.apply(v), exact.apply(v), TOLERANCE);
            Near.assertNear(
                    "R v", full.inverseRoot().apply(v), exact.inverseRoot().apply(v), TOLERANCE);
            Near.assertNear("sample", full.sample(3, 4), exact.sample(3, 4), TOLERANCE);
            Near.assertNear("log det", full.logDeterminant(), exact.logDeterminant(), TOLERANCE);
        });
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 3, 3, 3);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 9));
        ParameterVector v = random.vector(network.layers(), 1);
        Near.assertFar(
                "two layers",
                Inverting.invert(state, Method.FULL, Damping.absolute(0.3), 1)
                        .apply(v)
                        .toArray(),
                Inverting.invert(state, Method.EXACT, Damping.absolute(0.3), 1)
                        .apply(v)
                        .toArray());
    }

    private static DoubleMatrix covariance(Preconditioner p, long seed, int samples) {
        int n = p.sample(seed, 0).toArray().length;
        DoubleMatrix columns = DoubleMatrix.zeros(n, samples);
        for (int draw = 0; draw < samples; draw++) {
            columns.setColumn(draw, p.sample(seed, draw).toArray());
        }
        return scaled(DoubleMatrix.product(columns, false, columns, true), 1.0 / samples);
    }

    private static double distance(DoubleMatrix x, DoubleMatrix y) {
        DoubleMatrix difference = x.copy();
        difference.add(-1, y);
        return difference.norm();
    }

    /** For normal samples {@code E‖S − P‖² = (tr² P + ‖P‖²)/n} exactly, so that more than the rate is known. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void theCovarianceOfSamplesTendsToTheInverseAsTheRootOfTheirNumber(Method method) {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 2, 2, 2);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 9));
        Preconditioner p = Inverting.invert(state, method, Damping.absolute(0.05), 1);
        DoubleMatrix inverse = p.toDense();
        for (int samples : new int[] {100, 1600}) {
            double square = 0;
            double toSquare = 0;
            for (int seed = 0; seed < 8; seed++) {
                DoubleMatrix covariance = covariance(p, seed, samples);
                square += Math.pow(distance(covariance, inverse), 2) / 8;
                toSquare += Math.pow(distance(covariance, inverse.times(inverse)), 2) / 8;
            }
            double expected = (p.trace() * p.trace() + p.norm() * p.norm()) / samples;
            assertThat(Math.sqrt(square / expected)).as("%d samples", samples).isBetween(0.75, 1.3);
            assertThat(Math.sqrt(toSquare / expected)).as("P z for R z").isGreaterThan(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aSampleIsAFunctionOfItsSeedAndDraw(Method method) {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 9));
        Preconditioner p = Inverting.invert(state, method, Damping.absolute(0.05), 1);
        double[] third = p.sample(7, 3).toArray();
        p.sample(7, 0);
        p.sample(8, 3);
        Near.assertNear("again", p.sample(7, 3).toArray(), third, 0);
        Near.assertNear(
                "of the same statistics",
                Inverting.invert(state, method, Damping.absolute(0.05), 1)
                        .sample(7, 3)
                        .toArray(),
                third,
                0);
        Near.assertFar("another draw", p.sample(7, 4).toArray(), third);
        Near.assertFar("another seed", p.sample(8, 3).toArray(), third);
    }
}
