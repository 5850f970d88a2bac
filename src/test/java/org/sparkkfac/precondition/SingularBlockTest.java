package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.DenseBlock;
import org.sparkkfac.curvature.DiagonalBlock;
import org.sparkkfac.curvature.EigenCorrectedBlock;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Kinds;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** What cannot be inverted is refused with its numbers; what can, however barely, is not. */
final class SingularBlockTest {
    private static final LayerShape SHAPE = new LayerShape("layer", 2, 2, false);

    private static DoubleMatrix diagonal(double... entries) {
        DoubleMatrix matrix = DoubleMatrix.zeros(entries.length, entries.length);
        for (int i = 0; i < entries.length; i++) {
            matrix.set(i, i, entries[i]);
        }
        return matrix;
    }

    private static DoubleMatrix rotated(DoubleMatrix x) {
        DoubleMatrix turn = DoubleMatrix.ofRows(new double[] {0.6, -0.8}, new double[] {0.8, 0.6});
        return DoubleMatrix.product(turn.times(x), false, turn, true);
    }

    private static void assertSingular(ThrowingCallable inversion, Consumer<SingularBlockException> content) {
        assertThatThrownBy(inversion).isInstanceOfSatisfying(SingularBlockException.class, content);
    }

    /** How the block that fails first is called in {@link Cases#chain}. */
    private static String firstBlock(Method method) {
        return method.structure() == Structure.FULL ? "full" : "layer0";
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void fewRowsWithoutDampingAreSingularAndWithDampingAreNot(Method method) {
        Cases random = Cases.one();
        // One feature is always 0 and one row cannot fill the other directions.
        Network network = random.chain("softmax", "tanh", 3, 2, 3);
        double[] x = {0.5, 0, -0.3};
        StatisticsState state = Row.collect(network, Fisher.exact(), List.of(Row.of(x, new double[] {1}, 0)));
        String first = firstBlock(method);
        assertSingular(() -> Inverting.invert(state, method, Damping.absolute(0), 1), refusal -> {
            assertThat(refusal.layer()).isEqualTo(first);
            assertThat(refusal.smallestEigenvalue()).isBetween(0.0, 1e-15);
            assertThat(refusal.largestEigenvalue()).isPositive();
            assertThat(refusal)
                    .hasMessageContaining("layer " + first + ": ")
                    .hasMessageContaining("is singular with damping 0");
            assertThat(refusal).hasMessageContaining("a damping of ");
        });
        ParameterVector d = random.vector(network.layers(), 1);
        assertThat(Inverting.invert(state, method, Damping.absolute(1e-6), 1)
                        .apply(d)
                        .isFinite())
                .isTrue();
        assertThat(Inverting.invert(state, method, Damping.relative(1e-6), 1)
                        .apply(d)
                        .isFinite())
                .isTrue();
    }

    @Test
    void theFactorThatFailsIsNamed() {
        DoubleMatrix good = diagonal(1, 2);
        DoubleMatrix bad = rotated(diagonal(0, 3));
        assertSingular(() -> Method.FACTORED.invert(new KroneckerBlock(SHAPE, bad, good), 0), refusal -> {
            assertThat(refusal).hasMessageContaining("activation_covariance is singular");
            Near.assertNear("largest", refusal.largestEigenvalue(), 3, 1e-14);
        });
        assertSingular(
                () -> Method.FACTORED.invert(new KroneckerBlock(SHAPE, good, bad), 0),
                refusal -> assertThat(refusal).hasMessageContaining("gradient_covariance is singular"));
        assertSingular(() -> Method.EIGEN.invert(new KroneckerBlock(SHAPE, good, bad), 0), refusal -> {
            assertThat(refusal).hasMessageContaining("activation_covariance ⊗ gradient_covariance");
            Near.assertNear("largest", refusal.largestEigenvalue(), 6, 1e-14);
        });
    }

    private static FisherBlock withEigenvalues(Method method, double smallest) {
        DoubleMatrix two = diagonal(1, smallest);
        return switch (method.structure()) {
            case KRONECKER -> new KroneckerBlock(SHAPE, two, DoubleMatrix.identity(2));
            case EIGEN_CORRECTED ->
                new EigenCorrectedBlock(
                        SHAPE,
                        DoubleMatrix.identity(2),
                        DoubleMatrix.identity(2),
                        DoubleMatrix.ofRows(new double[] {1, 1}, new double[] {1, smallest}));
            case DENSE, FULL -> new DenseBlock(SHAPE, diagonal(1, 1, 1, smallest));
            case DIAGONAL ->
                new DiagonalBlock(SHAPE, DoubleMatrix.ofRows(new double[] {1, 1}, new double[] {1, smallest}));
        };
    }

    /** Singular means: smallest eigenvalue + λ ≤ dim·ε·largest. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void theBorderIsTheDimensionTimesEpsilon(Method method) {
        double border = (method == Method.FACTORED ? 2 : 4) * Math.ulp(1.0);
        DoubleMatrix v = DoubleMatrix.ofRows(new double[] {1, 1}, new double[] {1, 1});
        DoubleMatrix inverse =
                method.invert(withEigenvalues(method, 1.5 * border), 0).apply(v);
        assertThat(inverse.isFinite()).isTrue();
        Near.assertNear("entry", inverse.get(1, 1), 1 / (1.5 * border), 1e-12);
        assertSingular(
                () -> method.invert(withEigenvalues(method, 0.9 * border), 0),
                refusal -> assertThat(refusal.smallestEigenvalue()).isEqualTo(0.9 * border));
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void eigenvaluesBelowZeroByRoundingCountAsZero(Method method) {
        assertSingular(
                () -> method.invert(withEigenvalues(method, -1e-17), 0),
                refusal -> assertThat(refusal.smallestEigenvalue()).isZero());
        DoubleMatrix v = DoubleMatrix.ofRows(new double[] {1, 1}, new double[] {1, 1});
        LayerInverse inverse = method.invert(withEigenvalues(method, -1e-17), 1e-4);
        Near.assertNear(
                "entry",
                inverse.apply(v).get(1, 1),
                method == Method.FACTORED ? 1 / ((1 + 1e-2 / Math.sqrt(0.5)) * Math.sqrt(0.5) * 1e-2) : 1e4,
                1e-12);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aLayerThatNoGradientReachesNeedsDamping(Method method) {
        DoubleMatrix zero = DoubleMatrix.zeros(2, 2);
        FisherBlock block =
                switch (method.structure()) {
                    case KRONECKER -> new KroneckerBlock(SHAPE, diagonal(4, 9), zero);
                    case EIGEN_CORRECTED ->
                        new EigenCorrectedBlock(SHAPE, DoubleMatrix.identity(2), DoubleMatrix.identity(2), zero);
                    case DENSE, FULL -> new DenseBlock(SHAPE, DoubleMatrix.zeros(4, 4));
                    case DIAGONAL -> new DiagonalBlock(SHAPE, zero);
                };
        assertSingular(() -> method.invert(block, 0), refusal -> {
            assertThat(refusal.largestEigenvalue()).isZero();
            assertThat(refusal).hasMessageContaining("no gradient reaches this layer; any damping > 0");
        });
        DoubleMatrix inverse =
                method.invert(block, 0.25).apply(DoubleMatrix.ofRows(new double[] {1, 1}, new double[] {1, 1}));
        // With a zero trace π is 1: (4 + 0.5)·0.5.
        double expected = method == Method.FACTORED ? 1 / (4.5 * 0.5) : 4;
        Near.assertNear("entry", inverse.get(0, 0), expected, 1e-14);
        // A relative damping of nothing is nothing.
        assertSingular(
                () -> method.invert(block, Damping.relative(0.1).of(block)),
                refusal -> assertThat(refusal.layer()).isEqualTo("layer"));
    }

    @Test
    void theShareOfTheDampingIsOneWhereATraceIsZero() {
        DoubleMatrix some = diagonal(4, 9);
        DoubleMatrix zero = DoubleMatrix.zeros(2, 2);
        assertThat(FactoredInverse.pi(some, zero)).isEqualTo(1);
        assertThat(FactoredInverse.pi(zero, some)).isEqualTo(1);
        assertThat(FactoredInverse.pi(zero, zero)).isEqualTo(1);
        Near.assertNear("π", FactoredInverse.pi(some, DoubleMatrix.identity(3)), Math.sqrt(6.5), 1e-15);
    }

    @Test
    void relativeDampingIsAShareOfTheMeanEigenvalue() {
        KroneckerBlock block = new KroneckerBlock(SHAPE, diagonal(1, 3), diagonal(2, 6));
        Near.assertNear("λ", Damping.relative(0.5).of(block), 0.5 * 4 * 8 / 4, 1e-15);
        assertThat(Damping.absolute(0.5).of(block)).isEqualTo(0.5);
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 8));
        for (Method method : Method.values()) {
            Preconditioner preconditioner = Inverting.invert(state, method, Damping.relative(0.2), 1);
            assertThat(preconditioner.layers()).hasSize(method.structure() == Structure.FULL ? 1 : 2);
            for (int l = 0; l < preconditioner.layers().size(); l++) {
                DoubleMatrix dense = Inverting.block(state, method, l).toDense();
                Near.assertNear(
                        "λ", preconditioner.layers().get(l).damping(), 0.2 * dense.trace() / dense.rows(), 1e-13);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void impossibleDampingIsRefused(double value) {
        assertThatThrownBy(() -> Damping.absolute(value))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("damping: must be a finite number of at least 0");
        assertThatThrownBy(() -> Damping.relative(value))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("relative damping: must be");
    }

    /** Whichever entry it is: Cholesky reads one triangle, and its diagonal first. */
    @ParameterizedTest
    @CsvSource({"NaN, 37, 3", "NaN, 0, 0", "NaN, 40, 40", "Infinity, 5, 5", "-Infinity, 20, 8"})
    void oneEntryThatIsNotFiniteIsFound(double entry, int row, int column) {
        int n = 41;
        DoubleMatrix a = DoubleMatrix.identity(n);
        Method.FACTORED.invert(
                new KroneckerBlock(new LayerShape("layer", n, 1, false), a, DoubleMatrix.identity(1)), 0.5);
        a.set(row, column, entry);
        a.set(column, row, entry);
        assertThatThrownBy(() -> Method.FACTORED.invert(
                        new KroneckerBlock(new LayerShape("layer", n, 1, false), a, DoubleMatrix.identity(1)), 0.5))
                .isInstanceOf(NumericalException.class)
                .hasMessageStartingWith("layer layer: activation_covariance holds NaN or infinite numbers");
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void statisticsThatAreNotFiniteAreANumericalFailure(Method method) {
        Cases random = Cases.one();
        Network network = random.chain("poisson", "identity", 1, 1);
        List<Row> rows = List.of(Row.of(new double[] {1e200}, null, 0), Row.of(new double[] {-1e200}, null, 0));
        StatisticsState state = method.structure() == Structure.EIGEN_CORRECTED
                ? Row.correct(identities(network), network, Fisher.exact(), Precision.DOUBLE, rows)
                : Row.collect(Kinds.ONE_PASS, network, Fisher.exact(), Precision.DOUBLE, rows);
        assertThatThrownBy(() -> Inverting.invert(state, method, Damping.absolute(1), 1))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("layer " + firstBlock(method) + ": ")
                .hasMessageContaining("holds NaN or infinite numbers");
    }

    private static List<EigenBasis> identities(Network network) {
        return network.layers().stream()
                .map(layer -> EigenBasis.ofVectors(
                        DoubleMatrix.identity(layer.columns()), DoubleMatrix.identity(layer.out())))
                .toList();
    }

    /** As an artefact that others wrote may hold them. */
    @Test
    void eigenvectorsThatAreNotFiniteAreNamed() {
        DoubleMatrix good = DoubleMatrix.identity(2);
        DoubleMatrix bad = diagonal(1, Double.NaN);
        assertThatThrownBy(() -> Method.EIGEN_CORRECTED.invert(new EigenCorrectedBlock(SHAPE, bad, good, good), 1))
                .isInstanceOf(NumericalException.class)
                .hasMessageStartingWith("layer layer: activation_eigenvectors holds NaN or infinite numbers");
        assertThatThrownBy(() -> Method.EIGEN_CORRECTED.invert(new EigenCorrectedBlock(SHAPE, good, bad, good), 1))
                .isInstanceOf(NumericalException.class)
                .hasMessageStartingWith("layer layer: gradient_eigenvectors holds NaN or infinite numbers");
    }

    @Test
    void factorsThatAreNotFiniteHaveNoEigenvectors() {
        Network network = Cases.one().chain("poisson", "identity", 1, 1);
        List<Row> rows = List.of(Row.of(new double[] {1e200}, null, 0));
        assertThatThrownBy(() -> Row.collect(network, Fisher.exact(), rows))
                .isInstanceOf(NumericalException.class)
                .hasMessage("layer layer0: activation_covariance is NaN or infinite: it has no eigenvectors");
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void missingStatisticsAndMissingRowsAreRefused(Method method) {
        List<LayerShape> layers = List.of(SHAPE);
        StatisticsState empty = new StatisticsState(layers, List.of(StatisticKind.values()));
        assertThatThrownBy(() -> Inverting.invert(empty, method, Damping.absolute(1), 1))
                .isInstanceOf(UserException.class)
                .hasMessage("the statistics hold no rows with a positive weight; collect some first");
        assertThatThrownBy(
                        () -> Inverting.invert(new StatisticsState(layers, List.of()), method, Damping.absolute(1), 1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the statistic '");
    }

    /** Several layers, each on one thread of the BLAS; the one block of the full matrix has all threads to itself. */
    @ParameterizedTest
    @EnumSource(value = Method.class, mode = EnumSource.Mode.EXCLUDE, names = "FULL")
    void layersSideBySideGiveTheBitsOfOneAfterTheOther(Method method) {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 9, 9, 9, 9, 9);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 40));
        Preconditioner one = Inverting.invert(state, method, Damping.relative(0.1), 1);
        Preconditioner several = Inverting.invert(state, method, Damping.relative(0.1), 3);
        for (int l = 0; l < 4; l++) {
            LayerInverse expected = one.layers().get(l);
            LayerInverse actual = several.layers().get(l);
            assertThat(actual.layer()).isEqualTo(expected.layer());
            assertThat(actual.damping()).isEqualTo(expected.damping());
            expected.tensors()
                    .forEach((name, tensor) ->
                            Near.assertSameBits(name, actual.tensors().get(name), tensor));
        }
        assertThat(Blas.current().threads()).isEqualTo(1);
    }

    @Test
    void theFullMatrixOnSeveralThreadsIsTheSameToRounding() {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 9, 9, 9, 9, 9);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 40));
        Preconditioner one = Inverting.invert(state, Method.FULL, Damping.relative(0.1), 1);
        Preconditioner several = Inverting.invert(state, Method.FULL, Damping.relative(0.1), 3);
        assertThat(several.layers().get(0).damping())
                .isEqualTo(one.layers().get(0).damping());
        one.layers()
                .get(0)
                .tensors()
                .forEach((name, tensor) ->
                        Near.assertNear(name, several.layers().get(0).tensors().get(name), tensor, 1e-13));
        assertThat(Blas.current().threads()).isEqualTo(1);
    }

    @Test
    void aFailureOfALayerSideBySideKeepsItsType() {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 4, 4, 4, 4);
        network.parameters().block(2).fill(0);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 30));
        assertSingular(
                () -> Inverting.invert(state, Method.EIGEN, Damping.absolute(0), 2),
                refusal -> assertThat(refusal.layer()).isEqualTo("layer0"));
        assertThat(Blas.current().threads()).isEqualTo(1);
    }

    @Test
    void aVectorOfOtherLayersIsRefused() {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 2, 2);
        StatisticsState state = Row.collect(network, Fisher.exact(), random.rows(network, 9));
        Preconditioner preconditioner = Inverting.invert(state, Method.EIGEN, Damping.absolute(1), 1);
        ParameterVector other = ParameterVector.zeros(List.of(SHAPE));
        assertThatThrownBy(() -> preconditioner.apply(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the vector is of");
        ParameterVector huge = random.vector(network.layers(), 1e200);
        assertThatThrownBy(() -> preconditioner.downdate(huge, 1))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("the downdate overflows");
    }
}
