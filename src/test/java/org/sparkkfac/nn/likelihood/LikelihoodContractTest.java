package org.sparkkfac.nn.likelihood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

/**
 * What holds of every likelihood of the registry: gradients are differences of the loss, the mean and Λ are expectations,
 * roots and draws have the moments of Λ. A new one says in {@link #OUTCOMES} what its labels are and how probable.
 */
final class LikelihoodContractTest {
    /**
     * A label, its share of expectations, and log p(label | f), each but for what all f have in common.
     *
     * @param y the label as numbers of which the mean is taken
     */
    private record Outcome(double[] label, double[] y, double share, double logProbability) {}

    /** One number of a label. */
    private record Single(double y, double share, double logProbability) {
        static Single of(double y, double logProbability) {
            return new Single(y, Math.exp(logProbability), logProbability);
        }
    }

    private static final Map<String, BiFunction<Likelihood, double[], List<Outcome>>> OUTCOMES = Map.of(
            "softmax", (likelihood, f) -> classes(f),
            "sigmoid",
                    independent((likelihood, f) ->
                            List.of(Single.of(0, -Math.log1p(Math.exp(f))), Single.of(1, -Math.log1p(Math.exp(-f))))),
            "gaussian", independent(LikelihoodContractTest::quadrature),
            "poisson", independent((likelihood, f) -> counts(-Math.exp(f), y -> f - Math.log(y + 1))),
            "negative-binomial",
                    independent((likelihood, f) -> {
                        double r = likelihood.parameters().get("dispersion");
                        double share = Math.exp(f) / (r + Math.exp(f));
                        return counts(r * Math.log1p(-share), y -> Math.log(share * (y + r) / (y + 1)));
                    }));

    private static List<Outcome> classes(double[] f) {
        double logSum = Math.log(Arrays.stream(f).map(Math::exp).sum());
        return IntStream.range(0, f.length)
                .mapToObj(c -> {
                    double[] y = new double[f.length];
                    y[c] = 1;
                    return new Outcome(new double[] {c}, y, Math.exp(f[c] - logSum), f[c] - logSum);
                })
                .toList();
    }

    /** Three points at which moments up to the fifth are exact. */
    private static List<Single> quadrature(Likelihood likelihood, double f) {
        double variance = likelihood.parameters().get("variance");
        return IntStream.of(-1, 0, 1)
                .mapToObj(i -> new Single(f + i * Math.sqrt(3 * variance), i == 0 ? 2.0 / 3 : 1.0 / 6, -1.5 * i * i))
                .toList();
    }

    /** Counts from 0, from log p(0) and log(p(y + 1)/p(y)), as far as they matter. */
    private static List<Single> counts(double logZero, DoubleUnaryOperator logRatio) {
        List<Single> counts = new ArrayList<>();
        double logProbability = logZero;
        for (int y = 0; y < 400; y++) {
            counts.add(Single.of(y, logProbability));
            logProbability += logRatio.applyAsDouble(y);
        }
        return counts;
    }

    /** All labels of two outputs. */
    private static BiFunction<Likelihood, double[], List<Outcome>> independent(
            BiFunction<Likelihood, Double, List<Single>> output) {
        return (likelihood, f) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Single first : output.apply(likelihood, f[0])) {
                for (Single second : output.apply(likelihood, f[1])) {
                    double[] y = {first.y, second.y};
                    outcomes.add(new Outcome(
                            y, y, first.share * second.share, first.logProbability + second.logProbability));
                }
            }
            return outcomes;
        };
    }

    /** Every likelihood with its constants as they are, halved and tripled. */
    static Stream<Likelihood> likelihoods() {
        return Likelihoods.names().stream().flatMap(name -> {
            Map<String, Double> constants = Likelihoods.create(name, Map.of()).parameters();
            return Stream.of(1.0, 0.5, 3.0).limit(constants.isEmpty() ? 1 : 3).map(factor -> {
                Map<String, Double> changed = new HashMap<>(constants);
                changed.replaceAll((constant, value) -> factor * value);
                return Likelihoods.create(name, changed);
            });
        });
    }

    private static List<Outcome> outcomes(Likelihood likelihood, double[] f) {
        assertThat(OUTCOMES).as("say here what its labels are").containsKey(likelihood.type());
        return OUTCOMES.get(likelihood.type()).apply(likelihood, f);
    }

    private static double[] mean(Likelihood likelihood, double[] f) {
        double[] mean = new double[f.length];
        likelihood.mean(f, mean);
        return mean;
    }

    private static double[] gradient(Likelihood likelihood, double[] f, double[] label) {
        double[] gradient = new double[f.length];
        likelihood.gradient(mean(likelihood, f), label, gradient);
        return gradient;
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

    private static double[] outputs(Cases random) {
        return new double[] {random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5)};
    }

    @ParameterizedTest
    @MethodSource("likelihoods")
    void theGradientIsTheLimitOfDifferencesOfTheLoss(Likelihood likelihood) {
        Cases.each(10, random -> {
            double[] f = outputs(random);
            List<Outcome> outcomes = outcomes(likelihood, f);
            double[] label = outcomes.get(random.integer(0, Math.min(9, outcomes.size() - 1))).label;
            assertThat(likelihood.labelProblem(label, 2)).isNull();
            double[] gradient = gradient(likelihood, f, label);
            double[] differences = new double[2];
            for (int c = 0; c < 2; c++) {
                double coarse = difference(likelihood, f, label, c, 1e-3);
                differences[c] = (4 * difference(likelihood, f, label, c, 5e-4) - coarse) / 3;
            }
            Near.assertNear("gradient", gradient, differences, 1e-9);
            Near.assertFar("the other sign", new double[] {-gradient[0], -gradient[1]}, differences);
        });
    }

    private static double difference(Likelihood likelihood, double[] f, double[] label, int c, double h) {
        double[] up = f.clone();
        double[] down = f.clone();
        up[c] += h;
        down[c] -= h;
        return (likelihood.loss(up, mean(likelihood, up), label) - likelihood.loss(down, mean(likelihood, down), label))
                / (2 * h);
    }

    /** The loss and the logarithm of the probability add up to what f has no part in. */
    @ParameterizedTest
    @MethodSource("likelihoods")
    void theLossIsTheNegativeLogarithmOfTheProbability(Likelihood likelihood) {
        double[] f = {0.4, -0.9};
        double[] other = {-0.3, 1.1};
        List<Outcome> here = outcomes(likelihood, f);
        List<Outcome> there = outcomes(likelihood, other);
        for (int i = 0; i < Math.min(here.size(), 2000) && !likelihood.type().equals("gaussian"); i += 7) {
            double[] label = here.get(i).label;
            double change = likelihood.loss(f, mean(likelihood, f), label)
                    - likelihood.loss(other, mean(likelihood, other), label);
            Near.assertNear(
                    "label " + Arrays.toString(label),
                    1 + change,
                    1 + there.get(i).logProbability - here.get(i).logProbability,
                    1e-11);
        }
    }

    @ParameterizedTest
    @MethodSource("likelihoods")
    void meanAndFisherAreExpectationsOverTheLabels(Likelihood likelihood) {
        Cases.each(5, random -> {
            double[] f = outputs(random);
            double[] mean = new double[2];
            double[] score = new double[2];
            DoubleMatrix fisher = DoubleMatrix.zeros(2, 2);
            DoubleMatrix unweighted = DoubleMatrix.zeros(2, 2);
            double total = 0;
            List<Outcome> outcomes = outcomes(likelihood, f);
            for (Outcome outcome : outcomes) {
                double[] gradient = gradient(likelihood, f, outcome.label);
                DoubleMatrix g = DoubleMatrix.wrap(2, 1, gradient.clone());
                DoubleMatrix scaled = g.copy();
                scaled.scale(outcome.share);
                fisher.addProduct(scaled, false, g, true);
                unweighted.addProduct(g, false, g, true);
                total += outcome.share;
                for (int c = 0; c < 2; c++) {
                    mean[c] += outcome.share * outcome.y[c];
                    score[c] += outcome.share * gradient[c];
                }
            }
            unweighted.scale(1.0 / outcomes.size());
            Near.assertNear("Σp", total, 1, 1e-9);
            Near.assertNear("mean", mean(likelihood, f), mean, 1e-9);
            assertThat(Math.hypot(score[0], score[1])).as("E g").isLessThan(1e-8);
            Near.assertNear("Λ = E ggᵀ", lambda(likelihood, f), fisher, 1e-8);
            Near.assertFar("p forgotten", unweighted, fisher);
        });
    }

    @ParameterizedTest
    @MethodSource("likelihoods")
    void productsWithTheFisherMatrixAreThoseWithItsRoots(Likelihood likelihood) {
        Cases.each(10, random -> {
            double[] f = outputs(random);
            double[] u = random.normals(2);
            double[] product = new double[2];
            likelihood.fisherTimes(f, mean(likelihood, f), u, product);
            double[] expected = lambda(likelihood, f)
                    .times(DoubleMatrix.wrap(2, 1, u.clone()))
                    .toArray();
            Near.assertNear("Λu", product, expected, 1e-12);
            double[] swapped = new double[2];
            likelihood.fisherTimes(f, mean(likelihood, f), new double[] {u[1], u[0]}, swapped);
            Near.assertFar("entries swapped", swapped, expected);
            likelihood.fisherTimes(f, mean(likelihood, f), u, u);
            Near.assertNear("in place", u, product, 0);
        });
    }

    /** Mean 0 and covariance Λ, to five standard errors of what was drawn. */
    @ParameterizedTest
    @MethodSource("likelihoods")
    void gradientsAtDrawnLabelsHaveTheMomentsOfTheScore(Likelihood likelihood) {
        double[] f = {0.3, -1.2, 2.7};
        int count = 100_000;
        CounterRandom random = new CounterRandom(11);
        double[] gradient = new double[3];
        double[] mean = new double[3];
        DoubleMatrix second = DoubleMatrix.zeros(3, 3);
        DoubleMatrix fourth = DoubleMatrix.zeros(3, 3);
        for (int i = 0; i < count; i++) {
            likelihood.drawGradient(f, mean(likelihood, f), random.seek(i, 0), gradient);
            for (int c = 0; c < 3; c++) {
                mean[c] += gradient[c] / count;
                for (int d = 0; d < 3; d++) {
                    double product = gradient[c] * gradient[d];
                    second.set(c, d, second.get(c, d) + product / count);
                    fourth.set(c, d, fourth.get(c, d) + product * product / count);
                }
            }
        }
        DoubleMatrix lambda = lambda(likelihood, f);
        for (int c = 0; c < 3; c++) {
            assertThat(Math.abs(mean[c])).as("mean").isLessThan(5 * Math.sqrt(second.get(c, c) / count));
            for (int d = 0; d < 3; d++) {
                double deviation = Math.sqrt(fourth.get(c, d) / count);
                assertThat(Math.abs(second.get(c, d) - lambda.get(c, d))).isLessThan(5 * deviation);
                assertThat(Math.abs(second.get(c, d) - 1.1 * lambda.get(c, d)))
                        .as("a tenth more would show")
                        .isGreaterThan(c == d ? 5 * deviation : -1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("likelihoods")
    void theLinkIsTheInverseOfTheMean(Likelihood likelihood) {
        double[] f = {likelihood.output(0.3)};
        if (!likelihood.type().equals("softmax")) {
            Near.assertNear("mean of the link", mean(likelihood, f)[0], 0.3, 1e-13);
        }
        assertThat(likelihood.labelProblem(new double[7], 2)).isNotNull();
        assertThat(Likelihoods.create(likelihood.type(), likelihood.parameters())
                        .parameters())
                .isEqualTo(likelihood.parameters());
        assertThat(likelihood.meaning()).isNotBlank();
    }
}
