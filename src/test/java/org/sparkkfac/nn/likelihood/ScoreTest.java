package org.sparkkfac.nn.likelihood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class ScoreTest {
    private static double score(String likelihood, double[][] f, double[][] labels, double... weights) {
        Score score = Cases.likelihood(likelihood).score();
        double[] means = new double[score.terms(f[0].length)];
        double[] terms = new double[means.length];
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        for (int b = 0; b < f.length; b++) {
            score.terms(f[b], labels[b], terms);
            for (int i = 0; i < terms.length; i++) {
                means[i] += weights[b] / total * terms[i];
            }
        }
        return score.of(means);
    }

    @Test
    void accuracyIsTheWeightedShareOfRowsWhoseLargestOutputIsTheLabel() {
        double[][] f = {{1, 2, 0}, {3, 1, 2}, {0, 0, 1}};
        assertThat(score("softmax", f, new double[][] {{1}, {0}, {0}}, 1, 1, 1)).isEqualTo(2.0 / 3);
        assertThat(score("softmax", f, new double[][] {{1}, {1}, {2}}, 1, 2, 1)).isEqualTo(0.5);
        assertThat(score("softmax", f, new double[][] {{0.2, 0.5, 0.3}, {1, 0, 0}, {0.6, 0, 0.4}}, 1, 1, 2))
                .isEqualTo(0.5);
    }

    @Test
    void binaryAccuracyIsTheShareOfOutputsOnTheLabelsSide() {
        double[][] f = {{1, -2}, {-3, -1}};
        assertThat(score("sigmoid", f, new double[][] {{1, 0}, {0, 0.9}}, 1, 1)).isEqualTo(0.75);
    }

    @Test
    void explainedVarianceComparesWithTheMeanOfTheLabels() {
        double[][] f = {{1.5, 0}, {2, 1}, {2, 2}};
        double[][] y = {{1, 0}, {2, 1}, {3, 2}};
        // Squares 0.25, 0, 1; around the means (2, 1): 1 + 1, 0, 1 + 1.
        Near.assertNear("R²", score("gaussian", f, y, 1, 1, 1), 1 - 1.25 / 4, 1e-14);
        assertThat(score("gaussian", y, y, 1, 2, 3)).isEqualTo(1);
        assertThat(score("gaussian", f, new double[][] {{1, 2}, {1, 2}, {1, 2}}, 1, 1, 1))
                .isNaN();
    }

    @Test
    void explainedDevianceIsOneForTheLabelsThemselvesAndZeroForTheirMean() {
        double[][] y = {{1}, {4}, {0}};
        double third = Math.log(5.0 / 3);
        Near.assertNear("mean", 1 + score("poisson", new double[][] {{third}, {third}, {third}}, y, 1, 1, 1), 1, 1e-14);
        double[][] exact = {{0}, {Math.log(4)}, {-700}};
        Near.assertNear("exact", score("poisson", exact, y, 1, 1, 1), 1, 1e-14);
    }

    /** Twice {@code Σ log p(y | y) − log p(y | μ)}, with the terms of the gamma functions that f has no part in. */
    @Test
    void devianceOfCountsIsTwiceTheLossAboveThatOfTheLabelsThemselves() {
        double[] f = {0.3, -0.8};
        double[] y = {2, 5};
        double[] exact = {Math.log(2), Math.log(5)};
        for (String name : List.of("poisson", "negative-binomial")) {
            Likelihood likelihood = Cases.likelihood(name);
            double[] mean = new double[2];
            likelihood.mean(f, mean);
            double[] means = {2, 5};
            double loss = likelihood.loss(f, mean, y) - likelihood.loss(exact, means, y);
            double[] terms = new double[likelihood.score().terms(2)];
            likelihood.score().terms(f, y, terms);
            double deviance = likelihood.score().further(terms, 2).get("deviance");
            Near.assertNear(name, deviance, 2 * loss, 1e-13);
            double[][] third = {{Math.log(3)}, {Math.log(3)}};
            double[][] labels = {{1}, {5}};
            Near.assertNear(name + " of the mean", 1 + score(name, third, labels, 1, 1), 1, 1e-13);
            Near.assertFar(name + " elsewhere", 1 + score(name, new double[][] {{0}, {1}}, labels, 1, 1), 1);
        }
    }

    @Test
    void everyScoreHasAName() {
        assertThat(Likelihoods.names())
                .allSatisfy(name -> assertThat(List.of("accuracy", "r2"))
                        .contains(Cases.likelihood(name).score().name()));
    }
}
