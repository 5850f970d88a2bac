package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkkfac.precondition.DenseAlgebra.dense;
import static org.sparkkfac.precondition.DenseAlgebra.inverse;
import static org.sparkkfac.precondition.DenseAlgebra.isUpperTriangular;
import static org.sparkkfac.precondition.DenseAlgebra.logDeterminant;
import static org.sparkkfac.precondition.DenseAlgebra.vec;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** What holds of the inverse of one block, for every method of the registry; {@link DenseAlgebra} says what it inverts. */
final class LayerInverseContractTest {
    private static final double TOLERANCE = 1e-10;

    /** A block, its inverse, and M as the oracle has it. */
    private record Case(Cases random, Method method, FisherBlock block, LayerInverse inverse, DoubleMatrix m) {
        DoubleMatrix v() {
            return random.matrix(block.layer().out(), block.layer().columns());
        }
    }

    private static void each(Method method, Consumer<Case> test) {
        Cases.each(10, random -> {
            Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
            StatisticsState state = Row.collect(network, random.fisher(), random.rows(network, 8));
            Damping damping = random.chance(0.5) ? Damping.absolute(0.2) : Damping.relative(0.5);
            FisherBlock block = Inverting.block(state, method, 0);
            LayerInverse inverse = method.invert(block, damping.of(block));
            test.accept(new Case(random, method, block, inverse, dense(state, method, damping, 0)));
        });
    }

    private static DoubleMatrix matrix(LayerShape layer, UnaryOperator<DoubleMatrix> map) {
        int p = Math.toIntExact(layer.parameters());
        DoubleMatrix matrix = DoubleMatrix.zeros(p, p);
        for (int k = 0; k < p; k++) {
            double[] unit = new double[p];
            unit[k] = 1;
            matrix.setColumn(
                    k,
                    map.apply(DoubleMatrix.wrap(layer.out(), layer.columns(), unit))
                            .toArray());
        }
        return matrix;
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void applyAndDenseFormAreTheInverse(Method method) {
        each(method, c -> {
            DoubleMatrix expected = inverse(c.m());
            Near.assertNear("dense form", c.inverse().toDense(), expected, TOLERANCE);
            Near.assertNear("apply", matrix(c.block().layer(), c.inverse()::apply), expected, TOLERANCE);
            DoubleMatrix v = c.v();
            DoubleMatrix before = v.copy();
            Near.assertNear("M⁻¹v", vec(c.inverse().apply(v)), expected.times(vec(v)), TOLERANCE);
            Near.assertSameBits("v is left alone", v, before);
            Near.assertFar("Mv", vec(c.inverse().apply(v)), c.m().times(vec(v)));
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void bitsDependOnNoThreads(Method method) {
        each(method, c -> {
            List<DoubleMatrix> vs = List.of(c.v(), c.v(), c.v());
            List<DoubleMatrix> one = c.inverse().apply(vs, 1);
            List<DoubleMatrix> two = c.inverse().apply(vs, 2);
            for (int k = 0; k < vs.size(); k++) {
                Near.assertSameBits("two threads", two.get(k), one.get(k));
                Near.assertNear("alone", c.inverse().apply(vs.get(k)), one.get(k), 1e-13);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void rootsMultiplyToTheInverse(Method method) {
        each(method, c -> {
            LayerShape layer = c.block().layer();
            DoubleMatrix r = matrix(layer, c.inverse().inverseRoot());
            DoubleMatrix root = matrix(layer, c.inverse().root());
            Near.assertNear("R Rᵀ", DoubleMatrix.product(r, false, r, true), inverse(c.m()), TOLERANCE);
            Near.assertNear("R⁻¹R", root.times(r), DoubleMatrix.identity(r.rows()), TOLERANCE);
            Near.assertFar("R once", r, inverse(c.m()));
            if (!isUpperTriangular(r)) {
                Near.assertNear("symmetric", r, r.transpose(), TOLERANCE);
                Near.assertNear("−½ twice", r.times(r), inverse(c.m()), TOLERANCE);
            } else {
                Near.assertFar("RᵀR", DoubleMatrix.product(r, true, r, false), inverse(c.m()));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void numbersAreThoseOfTheDenseInverse(Method method) {
        each(method, c -> {
            DoubleMatrix expected = inverse(c.m());
            Near.assertNear("tr", c.inverse().trace(), expected.trace(), TOLERANCE);
            Near.assertNear("‖·‖", c.inverse().norm(), expected.norm(), TOLERANCE);
            Near.assertNear("log det", 1 + c.inverse().logDeterminant() + logDeterminant(c.m()), 1, TOLERANCE);
            double[] eigenvalues = c.inverse().dampedEigenvalues();
            assertThat(eigenvalues).hasSize(c.m().rows());
            Near.assertNear("Σλ", Arrays.stream(eigenvalues).sum(), c.m().trace(), TOLERANCE);
            double squares = Arrays.stream(eigenvalues).map(x -> x * x).sum();
            Near.assertNear("Σλ²", Math.sqrt(squares), c.m().norm(), TOLERANCE);
            Near.assertFar("Σ1/λ", Arrays.stream(eigenvalues).map(x -> 1 / x).sum(), c.m().trace());
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theTensorsAreAllThereIsOfIt(Method method) {
        each(method, c -> {
            LayerInverse inverse = c.inverse();
            LayerShape layer = inverse.layer();
            assertThat(inverse.tensors().keySet()).containsExactlyElementsOf(method.tensorNames());
            Map<String, DoubleMatrix> tensors = new TreeMap<>();
            inverse.tensors().forEach((name, tensor) -> tensors.put(name, tensor.toDense(1)));
            method.emptyTensors(layer).forEach((name, zeros) -> {
                assertThat(zeros.rows()).isEqualTo(tensors.get(name).rows());
                assertThat(zeros.columns()).isEqualTo(tensors.get(name).columns());
            });
            long bytes = tensors.values().stream()
                    .mapToLong(tensor -> 8L * tensor.rows() * tensor.columns())
                    .sum();
            assertThat(InversionCost.of(method, layer).bytes()).isEqualTo(bytes);

            LayerInverse restored = method.restore(layer, inverse.damping(), tensors);
            DoubleMatrix v = c.v();
            Near.assertSameBits("restored", restored.apply(v), inverse.apply(v));
            Near.assertSameBits(
                    "its root",
                    restored.inverseRoot().apply(v),
                    inverse.inverseRoot().apply(v));
            assertThat(restored.logDeterminant()).isEqualTo(inverse.logDeterminant());

            String first = method.tensorNames().get(0);
            DoubleMatrix changed = tensors.get(first).copy();
            changed.set(0, 0, changed.get(0, 0) + 0.5);
            tensors.put(first, changed);
            Near.assertFar(
                    "another number",
                    method.restore(layer, inverse.damping(), tensors).apply(v),
                    inverse.apply(v));
            tensors.put(first, DoubleMatrix.zeros(1, 19));
            assertThatThrownBy(() -> method.restore(layer, 0, tensors))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(first + " is 1 × 19 but must be ");
            tensors.remove(first);
            assertThatThrownBy(() -> method.restore(layer, 0, tensors))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(first + " is missing");
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void anotherDampingIsThatOfTheBlockInvertedAnew(Method method) {
        each(method, c -> {
            double damping = c.inverse().damping() + 0.3;
            LayerInverse anew = method.invert(c.block(), damping);
            DoubleMatrix v = c.v();
            c.inverse().withDamping(damping).ifPresent(damped -> {
                assertThat(damped.damping()).isEqualTo(damping);
                Near.assertNear("damped anew", damped.apply(v), anew.apply(v), 1e-13);
            });
            Near.assertFar("the damping before", c.inverse().apply(v), anew.apply(v));
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aMethodSaysWhatItIsAndWhatIsCheaper(Method method) {
        assertThat(Method.named(method.toString())).contains(method);
        assertThat(Method.named("no " + method)).isEmpty();
        assertThat(method.formula()).isNotBlank();
        assertThat(method.structure().statistics()).contains(method.structure().statistic());
        List<LayerShape> layers = List.of(new LayerShape("first", 20, 10, true), new LayerShape("second", 10, 5, true));
        method.cheaper().ifPresent(cheaper -> {
            assertThat(InversionCost.of(cheaper, layers).bytes())
                    .isLessThan(InversionCost.of(method, layers).bytes());
            assertThat(InversionCost.of(cheaper, layers).flops())
                    .isLessThan(InversionCost.of(method, layers).flops());
        });
        assertThat(method.cheaper().isEmpty()).isEqualTo(method == Method.DIAGONAL);
    }
}
