package org.sparkkfac.nn.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.UserException;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Golden;
import org.sparkkfac.testing.Near;

final class ActivationTest {
    static Stream<Activation> activations() {
        return Stream.concat(
                Activations.names().stream().map(op -> Activations.create(op, Map.of())),
                Stream.of(
                        Activations.create("leaky-relu", Map.of("slope", 0.2)),
                        Activations.create("elu", Map.of("alpha", 1.3))));
    }

    @Test
    void valuesAndDerivativesAreThoseOfTheTableUpToBothTails() {
        Set<String> seen = new TreeSet<>();
        for (JsonNode row : Golden.file("activations").get("activations")) {
            String op = row.get("op").asText();
            Map<String, Double> constants = Golden.constants(row);
            Activation activation = Activations.create(op, constants);
            double[] x = Golden.numbers(row.get("x"));
            check(op + " value", x, activation::value, Golden.numbers(row.get("value")));
            check(op + " derivative", x, activation::derivative, Golden.numbers(row.get("derivative")));
            seen.add(op);
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(10);
        assertThat(Activations.names()).containsAll(seen);
    }

    /** Relative, or 1e-15 where the reference itself loses 1 − tanh² to rounding. */
    private static void check(String what, double[] x, DoubleUnaryOperator function, double[] expected) {
        for (int i = 0; i < x.length; i++) {
            double value = function.applyAsDouble(x[i]);
            if (!(Math.abs(value - expected[i]) <= 1e-15)) {
                Near.assertNear(what + " at " + x[i], value, expected[i], 1e-13);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("activations")
    void theDerivativeIsTheLimitOfDifferences(Activation activation) {
        Cases.each(20, random -> {
            double x = (random.chance(0.5) ? 1 : -1) * random.uniform(0.1, 4);
            double h = 1e-3;
            double coarse = (activation.value(x + h) - activation.value(x - h)) / (2 * h);
            double fine = (activation.value(x + h / 2) - activation.value(x - h / 2)) / h;
            double richardson = (4 * fine - coarse) / 3;
            assertThat(Math.abs(activation.derivative(x) - richardson)).isLessThan(1e-11);
        });
    }

    /** What is written for many numbers at once agrees with what defines the function, in both precisions. */
    @ParameterizedTest
    @MethodSource("activations")
    void manyNumbersAreThoseOfOneAfterTheOther(Activation activation) {
        double[] x = new double[41];
        float[] single = new float[x.length];
        double[] value = new double[x.length];
        double[] derivative = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            single[i] = (float) (-5.1 + 0.25 * i);
            x[i] = single[i];
            value[i] = activation.value(x[i]);
            derivative[i] = activation.derivative(x[i]);
        }
        double[] values = new double[x.length];
        activation.values().apply(x, 0, values, 0, x.length);
        Near.assertNear("values", values, value, 1e-15);
        double[] derivatives = new double[x.length];
        activation.derivatives().apply(activation.derivativesFromValues() ? values : x, 0, derivatives, 0, x.length);
        Near.assertNear("derivatives", derivatives, derivative, 1e-14);
        float[] values32 = new float[x.length];
        activation.values().apply(single, 0, values32, 0, x.length);
        Near.assertNear("values in single", doubles(values32), value, 1e-6);
        float[] derivatives32 = new float[x.length];
        activation
                .derivatives()
                .apply(activation.derivativesFromValues() ? values32 : single, 0, derivatives32, 0, x.length);
        Near.assertNear("derivatives in single", doubles(derivatives32), derivative, 1e-6);
        value[7] += 1e-3;
        Near.assertFar("one value", values, value);
    }

    private static double[] doubles(float[] x) {
        double[] copy = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            copy[i] = x[i];
        }
        return copy;
    }

    @Test
    void aWrongDerivativeWouldShow() {
        Activation tanh = Activations.create("tanh", Map.of());
        Near.assertFar("1 − t for 1 − t²", 1 - tanh.value(0.7), tanh.derivative(0.7));
        Activation gelu = Activations.create("gelu", Map.of());
        Near.assertFar("xφ(x) forgotten", gelu.value(0.7) / 0.7, gelu.derivative(0.7));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void nothingOverflowsAndParametersComeBack(Activation activation) {
        for (double x : new double[] {-1e4, -745, -30, 0, 30, 745, 1e4}) {
            assertThat(activation.value(x)).isFinite();
            assertThat(activation.derivative(x)).isFinite();
        }
        assertThat(Activations.create(activation.op(), activation.parameters())).isEqualTo(activation);
    }

    @Test
    void unknownNamesAndConstantsAreRefused() {
        assertThatThrownBy(() -> Activations.create("swish", Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("unknown activation 'swish'; choose one of identity, relu");
        assertThatThrownBy(() -> Activations.create("tanh", Map.of("slope", 1.0)))
                .isInstanceOf(UserException.class)
                .hasMessage("activation 'tanh' has no constant 'slope'");
        assertThatThrownBy(() -> Activations.create("elu", Map.of("alpha", Double.NaN)))
                .isInstanceOf(UserException.class)
                .hasMessage("activation 'elu': alpha must be finite");
    }
}
