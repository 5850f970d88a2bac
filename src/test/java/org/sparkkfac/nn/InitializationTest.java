package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class InitializationTest {
    private static final int IN = 200;
    private static final int OUT = 300;

    private static Network network() {
        return Network.of(
                IN,
                List.of(
                        new NodeSpec("first", "dense", Map.of("units", OUT)),
                        new NodeSpec("second", "dense", Map.of("units", OUT)),
                        new NodeSpec("last", "dense", Map.of("units", 2, "bias", false))),
                Cases.likelihood("softmax"));
    }

    @ParameterizedTest
    @EnumSource(Initialization.class)
    void theSameSeedGivesTheSameParametersAndZeroBiases(Initialization initialization) {
        Network network = network();
        double[] parameters = initialization.initialize(network, 7).parameters().toArray();
        assertThat(initialization.initialize(network, 7).parameters().toArray()).isEqualTo(parameters);
        assertThat(network.parameters().norm()).as("the network given").isZero();
        if (initialization != Initialization.ZEROS) {
            assertThat(initialization.initialize(network, 8).parameters().toArray())
                    .isNotEqualTo(parameters);
        }
        DoubleMatrix bias =
                initialization.initialize(network, 7).parameters().block(0).view(0, OUT, IN, 1);
        assertThat(bias.norm()).isZero();
    }

    /** To five standard errors of a variance estimated from 60,000 numbers. */
    @ParameterizedTest
    @CsvSource({"GLOROT, 0.004", "HE, 0.01", "LECUN, 0.005", "ZEROS, 0"})
    void weightsHaveTheVarianceOfTheirRule(Initialization initialization, double variance) {
        DoubleMatrix weights =
                initialization.initialize(network(), 3).parameters().block(0).view(0, OUT, 0, IN);
        int count = IN * OUT;
        assertThat(Math.abs(weights.sum() / count)).isLessThanOrEqualTo(5 * Math.sqrt(variance / count));
        assertThat(Math.abs(weights.dot(weights) / count - variance))
                .isLessThanOrEqualTo(5 * variance * Math.sqrt(2.0 / count));
    }

    @Test
    void layersDoNotShareNumbers() {
        Network network = Initialization.LECUN.initialize(network(), 3);
        DoubleMatrix first = network.parameters().block(0);
        DoubleMatrix second = network.parameters().block(1);
        double difference = first.get(0, 0) * Math.sqrt(IN) - second.get(0, 0) * Math.sqrt(OUT);
        assertThat(Math.abs(difference)).isGreaterThan(Near.FAR);
    }

    @Test
    void glorotIsBounded() {
        DoubleMatrix weights =
                Initialization.GLOROT.initialize(network(), 3).parameters().block(0);
        double bound = Math.sqrt(6.0 / (IN + OUT));
        for (double weight : weights.toArray()) {
            assertThat(Math.abs(weight)).isLessThanOrEqualTo(bound);
        }
    }
}
