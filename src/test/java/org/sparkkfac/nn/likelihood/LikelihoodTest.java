package org.sparkkfac.nn.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Golden;
import org.sparkkfac.testing.Near;

final class LikelihoodTest {
    private static double[] mean(Likelihood likelihood, double[] f) {
        double[] mean = new double[f.length];
        likelihood.mean(f, mean);
        return mean;
    }

    private static DoubleMatrix lambda(Likelihood likelihood, double[] f) {
        double[][] root = new double[f.length][f.length];
        for (double[] column : root) {
            Arrays.fill(column, 7); // must be overwritten
        }
        likelihood.fisherRoot(f, root);
        DoubleMatrix rows = DoubleMatrix.ofRows(root);
        return DoubleMatrix.product(rows, true, rows, false);
    }

    @Test
    void lossScoreAndFisherAreThoseOfTheTableUpToBothTails() {
        JsonNode table = Golden.file("likelihoods").get("likelihoods");
        assertThat(table).hasSizeGreaterThan(20);
        for (JsonNode row : table) {
            Likelihood likelihood = Golden.likelihood(row.get("likelihood"));
            double[] f = Golden.numbers(row.get("outputs"));
            double[] label = Golden.numbers(row.get("label"));
            String where = likelihood.type() + " at " + row.get("outputs") + ", label " + row.get("label");
            assertThat(likelihood.labelProblem(label, f.length)).as(where).isNull();
            Near.assertNear(
                    where + " loss",
                    likelihood.loss(f, mean(likelihood, f), label),
                    row.get("loss").asDouble(),
                    1e-13);
            double[] score = new double[f.length];
            likelihood.gradient(mean(likelihood, f), label, score);
            Near.assertNear(where + " score", score, Golden.numbers(row.get("score")), 1e-13);
            DoubleMatrix expected = Golden.matrix(row.get("lambda"));
            DoubleMatrix difference = lambda(likelihood, f);
            difference.add(-1, expected);
            if (difference.norm() > 1e-15) { // the reference loses p(1 − p) to rounding where p is nearly 1
                Near.assertNear(where + " Λ", lambda(likelihood, f), expected, 1e-13);
            }
            double[] u = Cases.one().normals(f.length);
            double[] product = new double[f.length];
            likelihood.fisherTimes(f, mean(likelihood, f), u, product);
            DoubleMatrix column = DoubleMatrix.wrap(f.length, 1, u);
            DoubleMatrix error = DoubleMatrix.wrap(f.length, 1, product);
            error.add(-1, lambda(likelihood, f).times(column));
            assertThat(error.norm())
                    .as(where + " Λu")
                    .isLessThanOrEqualTo(1e-14 * column.norm() * Math.max(0.1, expected.norm()));
        }
    }

    /** Where probabilities are 0 and 1 to rounding, no draw may be impossible. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax", "sigmoid", "poisson", "negative-binomial"})
    void drawsFarOutInTheTailsAreFiniteAndCertain(String type) {
        CounterRandom random = new CounterRandom(1);
        double[] gradient = new double[2];
        Likelihood likelihood = Cases.likelihood(type);
        double[] unlikely = {-800, -800};
        double[] mixed = {-800, 40};
        for (int i = 0; i < 100; i++) {
            likelihood.drawGradient(unlikely, mean(likelihood, unlikely), random.seek(i, 0), gradient);
            if (!type.equals("softmax")) {
                assertThat(gradient).containsExactly(0, 0);
            }
            likelihood.drawGradient(mixed, mean(likelihood, mixed), random.seek(i, 0), gradient);
            assertThat(gradient[0]).isZero();
            assertThat(gradient[1]).isFinite();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "softmax | 3 | label 3.0 must be a class index 0 … 2",
                "softmax | -1 | label -1.0 must be a class index 0 … 2",
                "softmax | 0.5 | label 0.5 must be a class index 0 … 2",
                "softmax | 0.5 0.6 0.1 | label probabilities sum to 1.2",
                "softmax | 0.5 0.5 | label has 2 number(s) but the network has 3 output(s)",
                "softmax | 1.5 -0.5 0 | label 1.5 must be a probability",
                "sigmoid | 0.5 0.5 2 | label 2.0 must be in [0, 1]",
                "sigmoid | 1 | label has 1 number(s) but the network has 3 output(s)",
                "gaussian | 1 2 | label has 2 number(s) but the network has 3 output(s)",
                "poisson | 0 1 -1 | label -1.0 must be a count ≥ 0",
                "negative-binomial | 0 1 -1 | label -1.0 must be a count ≥ 0"
            })
    void impossibleLabelsAreNamed(String type, String label, String problem) {
        double[] numbers =
                Arrays.stream(label.split(" ")).mapToDouble(Double::parseDouble).toArray();
        assertThat(Cases.likelihood(type).labelProblem(numbers, 3)).startsWith(problem);
    }

    @Test
    void unknownNamesAndConstantsAreRefused() {
        assertThatThrownBy(() -> Likelihoods.create("probit", Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "unknown likelihood 'probit'; choose one of softmax, sigmoid, gaussian, poisson, negative-binomial");
        assertThatThrownBy(() -> Likelihoods.create("softmax", Map.of("variance", 1.0)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("likelihood 'softmax' has no constant 'variance'");
        for (double variance : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Likelihoods.create("gaussian", Map.of("variance", variance)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("variance must be positive and finite");
            assertThatThrownBy(() -> Likelihoods.create("negative-binomial", Map.of("dispersion", variance)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("dispersion must be positive and finite");
        }
    }

    /** At each f a naive formula that is safe there, also where one answer is all but certain. */
    @Test
    void lossesOfBernoulliOutputsKeepTheirDigitsWhereTheyAreSmall() {
        Likelihood sigmoid = Cases.likelihood("sigmoid");
        for (double size = 0; size < 45; size += 0.1) {
            double[] f = {-size, size};
            double loss = sigmoid.loss(f, mean(sigmoid, f), new double[] {0, 0});
            double small = Math.log1p(Math.exp(-size));
            Near.assertNear("losses at " + size, loss, small + size + small, 1e-13);
            double[] unlikely = {-size};
            Near.assertNear(
                    "loss at " + -size, sigmoid.loss(unlikely, mean(sigmoid, unlikely), new double[1]), small, 2e-12);
        }
    }

    @Test
    void manyBernoulliOutputsDoNotUnderflow() {
        Likelihood sigmoid = Cases.likelihood("sigmoid");
        double[] f = new double[5000];
        Near.assertNear("5,000 log 2", sigmoid.loss(f, mean(sigmoid, f), new double[5000]), 5000 * Math.log(2), 1e-13);
    }

    @Test
    void lossesOfImpossibleClassesAreFinite() {
        Likelihood softmax = Cases.likelihood("softmax");
        double[] f = {-800, 0, 1};
        double logSum = 1 + Math.log1p(Math.exp(-1));
        for (int c = 0; c < 3; c++) {
            Near.assertNear("class " + c, softmax.loss(f, mean(softmax, f), new double[] {c}), logSum - f[c], 1e-14);
        }
    }

    /** 1 − p of a drawn answer that is all but certain. */
    @Test
    void drawsOfCertainAnswersKeepTheDigitsOfTheirGradients() {
        Likelihood sigmoid = Cases.likelihood("sigmoid");
        double[] f = {30};
        double[] gradient = new double[1];
        sigmoid.drawGradient(f, mean(sigmoid, f), new CounterRandom(1).seek(1, 0), gradient);
        Near.assertNear("−(1 − p)", gradient[0], -1 / (1 + Math.exp(30)), 1e-14);
    }

    /** Where r is large the counts are Poisson's; where it is not, they are not. */
    @Test
    void negativeBinomialTendsToPoisson() {
        Likelihood poisson = Cases.likelihood("poisson");
        double[] f = {0.7};
        double[] label = {3};
        double[] expected = new double[1];
        double[] gradient = new double[1];
        poisson.gradient(mean(poisson, f), label, expected);
        for (double r : new double[] {1e9, 1}) {
            Likelihood likelihood = Likelihoods.create("negative-binomial", Map.of("dispersion", r));
            likelihood.gradient(mean(likelihood, f), label, gradient);
            double loss = likelihood.loss(f, mean(likelihood, f), label);
            if (r > 1) {
                Near.assertNear("gradient", gradient, expected, 1e-8);
                Near.assertNear("loss", loss, poisson.loss(f, mean(poisson, f), label), 1e-7);
                Near.assertNear("Λ", lambda(likelihood, f), lambda(poisson, f), 1e-8);
            } else {
                Near.assertFar("r = 1", gradient, expected);
                Near.assertFar("Λ of r = 1", lambda(likelihood, f), lambda(poisson, f));
            }
        }
    }

    /** The loss grows as r·f, where μ itself has no number. */
    @Test
    void lossesOfOverflowingMeansAreFinite() {
        Likelihood likelihood = Likelihoods.create("negative-binomial", Map.of("dispersion", 2.0));
        double[] f = {800};
        Near.assertNear("loss", likelihood.loss(f, mean(likelihood, f), new double[1]), 2 * (800 - Math.log(2)), 1e-13);
    }
}
