package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Networks that hand the features on, so that outputs can be written down. */
final class AssessmentTest {
    @Test
    void classesAreCountedByWeight() {
        Network network = identity("softmax", 3);
        List<Row> rows = List.of(
                row(2, new double[] {0}, 9, 1, 1), // class 0, right
                row(1, new double[] {0}, 1, 1, 9), // class 0, taken for 2
                row(0.5, new double[] {2}, 1, 1, 9), // class 2, right
                row(0, new double[] {1}, 1, 1, 9), // weighs nothing
                row(3, new double[] {0.2, 0.7, 0.1}, 5, 1, 1)); // mostly class 1, taken for 0
        Assessment assessment = assess(network, rows.subList(0, 4));
        assessment = merged(network, assessment, assess(network, rows.subList(4, 5)));
        assertThat(assessment.classes()).isEqualTo(3);
        assertThat(confusion(assessment)).isDeepEqualTo(new double[][] {{2, 0, 1}, {3, 0, 0}, {0, 0, 0.5}});
        assertThat(assessment.fit().rows()).isEqualTo(5);
        assertThat(assessment.fit().weight()).isEqualTo(6.5);
        assertThat(assessment.precision(0)).isEqualTo(2.0 / 5);
        assertThat(assessment.precision(1)).isNaN();
        assertThat(assessment.precision(2)).isEqualTo(0.5 / 1.5);
        assertThat(assessment.recall(0)).isEqualTo(2.0 / 3);
        assertThat(assessment.recall(1)).isZero();
        assertThat(assessment.recall(2)).isEqualTo(1);
        Near.assertNear("accuracy", assessment.fit().score(), 2.5 / 6.5, 1e-15);
    }

    @Test
    void oneOddsAreTwoClassesAndSeveralAreNone() {
        Assessment one = assess(
                identity("sigmoid", 1),
                List.of(row(1, new double[] {1}, 0.1), row(1, new double[] {0}, 0.0), row(1, new double[] {0}, -2)));
        assertThat(confusion(one)).isDeepEqualTo(new double[][] {{1, 1}, {0, 1}});
        assertThat(assess(identity("sigmoid", 2), List.of(row(1, new double[] {1, 0}, 1, 1)))
                        .classes())
                .isZero();
    }

    @Test
    void numbersHaveARootMeanSquaredErrorOrADeviance() {
        Assessment squares = assess(
                identity("gaussian", 2), List.of(row(1, new double[] {1, 2}, 1, 5), row(3, new double[] {0, 0}, 2, 0)));
        assertThat(squares.classes()).isZero();
        assertThat(squares.fit().further()).isEqualTo(Map.of("rmse", Math.sqrt((9 + 3 * 4.0) / (4 * 2))));

        double f = 0.5;
        Assessment counts = assess(identity("poisson", 1), List.of(row(2, new double[] {3}, f)));
        double deviance = 2 * (3 * Math.log(3 / Math.exp(f)) - 3 + Math.exp(f));
        Near.assertNear("deviance", counts.fit().further().getOrDefault("deviance", Double.NaN), deviance, 1e-14);
        assertThat(assess(identity("softmax", 2), List.of(row(1, new double[] {1}, 1, 1)))
                        .fit()
                        .further())
                .isEmpty();
    }

    private static Network identity(String likelihood, int size) {
        Network network = Network.of(
                size,
                List.of(new NodeSpec("only", "dense", Map.of("units", size, "bias", false))),
                Cases.likelihood(likelihood));
        for (int i = 0; i < size; i++) {
            network.parameters().block(0).set(i, i, 1);
        }
        return network;
    }

    private static Row row(double weight, double[] label, double... outputs) {
        return new Row(outputs, label, weight, 1);
    }

    /** A block for each row, since labels may have different lengths. */
    private static Assessment assess(Network network, List<Row> rows) {
        Assessment assessment = new Assessment(network);
        BlockPass.Engine engine = new BlockPass.Engine(network, Precision.DOUBLE);
        for (Row row : rows) {
            RowBlockBuilder builder = new RowBlockBuilder(Precision.DOUBLE, network.inputs(), 1);
            builder.add(row.x(), row.label(), row.weight(), row.id());
            engine.forward(builder.build()).assess(assessment);
        }
        return assessment;
    }

    private static Assessment merged(Network network, Assessment a, Assessment b) {
        Assessment sum = new Assessment(network);
        for (Assessment part : List.of(a, b)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                part.write(out);
                sum.add(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return sum;
    }

    private static double[][] confusion(Assessment assessment) {
        int classes = assessment.classes();
        double[][] matrix = new double[classes][classes];
        for (int c = 0; c < classes; c++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                matrix[c][predicted] = assessment.confusion(c, predicted);
            }
        }
        return matrix;
    }
}
