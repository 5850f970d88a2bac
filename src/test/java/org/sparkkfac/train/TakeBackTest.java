package org.sparkkfac.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.Verdict;

/** Adaptive steps that raise the loss of their rows. */
final class TakeBackTest {
    @Test
    void aLossIsRaisedByMoreThanRounding() {
        assertThat(PendingStep.isRaised(-2, 1e-13, Precision.DOUBLE)).isFalse();
        assertThat(PendingStep.isRaised(-2, 1e-11, Precision.DOUBLE)).isTrue();
        assertThat(PendingStep.isRaised(-2, 1e-7, Precision.SINGLE)).isFalse();
        assertThat(PendingStep.isRaised(-2, 1e-5, Precision.SINGLE)).isTrue();
        assertThat(PendingStep.isRaised(0, 1e-300, Precision.DOUBLE)).isTrue();
        assertThat(PendingStep.isRaised(2, -1, Precision.DOUBLE)).isFalse();
        assertThat(PendingStep.isRaised(2, Double.POSITIVE_INFINITY, Precision.DOUBLE))
                .isTrue();
        assertThat(PendingStep.isRaised(2, Double.NaN, Precision.DOUBLE)).isFalse();
    }

    @Test
    void aStepThatRaisesTheLossIsShortenedOrRefusedAndTheDampingGrows() {
        int[] refused = {0};
        int[] shortened = {0};
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            Problem.Kept kept = new Problem.Kept();
            AdaptiveSettings careless = new AdaptiveSettings(1e-8, 1, 1000, 0.1, Problem.averaging(1, 20));
            TrainingSettings settings =
                    TrainingSettings.of(careless, Stopping.afterSteps(15)).withBatch(BatchSettings.of(6));
            Trainer.of(problem.network(), problem.pass(), settings)
                    .withMetrics(kept)
                    .train();
            double damping = 1e-8;
            for (StepRecord step : kept.steps) {
                if (step.outcome() == Verdict.REJECT) {
                    refused[0]++;
                    assertThat(step.distance()).isZero();
                }
                if (step.outcome() == Verdict.SHORTEN) {
                    shortened[0]++;
                    assertThat(step.distance()).isPositive();
                }
                if (step.outcome() != Verdict.ACCEPT && step.cost().jobs() > 1) {
                    assertThat(step.choice().damping()).isGreaterThan(damping);
                    assertThat(step.cost().jobs()).isEqualTo(3);
                }
                damping = Double.isNaN(step.choice().damping())
                        ? damping
                        : step.choice().damping();
            }
        });
        assertThat(refused[0]).isPositive();
        assertThat(shortened[0]).isPositive();
    }

    @Test
    void aStepThatRaisesTheLossGivesWayToTheQuarterThatWasTriedWithIt() {
        int[] shortened = {0};
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            Problem.Kept kept = new Problem.Kept();
            List<double[]> losses = new ArrayList<>();
            List<Double> lengths = new ArrayList<>();
            Regularisation decay = new Regularisation(0.1, false);
            Pass watching = Problem.answering(problem.pass(), (network, request, sums) -> {
                if (Asked.trials(request).size() == 2) {
                    ParameterVector whole = Asked.trials(request).get(0).copy();
                    whole.add(-1, network.parameters());
                    ParameterVector part = Asked.trials(request).get(1).copy();
                    part.add(-1, network.parameters());
                    lengths.add(part.norm());
                    part.scale(4);
                    Near.assertNear("a quarter", part, whole, 1e-9);
                    losses.add(new double[] {
                        Asked.trials(request, sums).get(0).meanLoss()
                                + decay.value(Asked.trials(request).get(0)),
                        Asked.trials(request, sums).get(1).meanLoss()
                                + decay.value(Asked.trials(request).get(1)),
                        decay.value(network.parameters())
                    });
                    assertThat(request.rowsTouched()).isEqualTo(2 * 6);
                }
                return sums;
            });
            AdaptiveSettings careless = new AdaptiveSettings(1e-8, 1, 1000, 0.1, Problem.averaging(1, 20));
            Trainer.of(
                            problem.network(),
                            watching,
                            TrainingSettings.of(careless, Stopping.afterSteps(15))
                                    .withBatch(BatchSettings.of(6))
                                    .with(decay, 0))
                    .withMetrics(kept)
                    .train();
            List<StepRecord> measured =
                    kept.steps.stream().filter(step -> step.cost().jobs() > 1).toList();
            assertThat(measured).hasSameSizeAs(losses);
            for (int i = 0; i < measured.size(); i++) {
                StepRecord step = measured.get(i);
                double before = step.loss() + losses.get(i)[2];
                boolean wholeIsNoWorse = losses.get(i)[0] <= before;
                boolean partIsBetter = losses.get(i)[1] < before;
                assertThat(step.outcome())
                        .isEqualTo(wholeIsNoWorse ? Verdict.ACCEPT : partIsBetter ? Verdict.SHORTEN : Verdict.REJECT);
                if (step.outcome() == Verdict.SHORTEN) {
                    shortened[0]++;
                    Near.assertNear("the part", step.distance(), lengths.get(i), 1e-9);
                }
            }
        });
        assertThat(shortened[0]).isPositive();
    }

    /** Over all rows the next step sees whether the one before raised the loss, without a job more. */
    @Test
    void anAdaptiveStepThatRaisesTheLossOfAllRowsIsTakenBackByTheNext() {
        int[] takenBack = {0};
        Cases.each(10, random -> {
            Problem problem = Problem.of(random, "softmax");
            Problem.Kept kept = new Problem.Kept();
            Averaging little = new Averaging(Fisher.monteCarlo(1, 7), 0.125, 1, 0.95, 20);
            TrainingSettings settings = TrainingSettings.of(
                            new AdaptiveSettings(1e-3, 5, 20, 0.25, little), Stopping.afterSteps(40))
                    .with(new Regularisation(1e-4, true), 0);
            TrainingResult result = Trainer.of(problem.network(), problem.pass(), settings)
                    .withMetrics(kept)
                    .train();
            double lowest = Double.POSITIVE_INFINITY;
            for (StepRecord step : kept.steps) {
                boolean isTakenBack = step.cost().jobs() == 1 && step.outcome() != Verdict.ACCEPT;
                if (isTakenBack) {
                    takenBack[0]++;
                    assertThat(step.choice().damping()).isNaN();
                } else {
                    assertThat(step.loss()).isLessThanOrEqualTo(lowest + 1e-3);
                    lowest = Math.min(lowest, step.loss());
                }
            }
            assertThat(problem.loss(result.model())).isLessThan(problem.firstLoss());
        });
        assertThat(takenBack[0]).isPositive();
    }

    private static final AdaptiveSettings NEVER_MEASURING =
            new AdaptiveSettings(1e-8, 1000, 1000, 0.1, Problem.averaging(1, 1000));

    /** What a port has been asked at the beginning of a step, and its answer. */
    private record StepAsked(ParameterVector weights, Request request, Sums sums) {
        double value(Regularisation decay) {
            return sums.of(Fit.class).meanLoss() + decay.value(weights);
        }

        /** At the parameters of a later step, on the rows of this one. */
        double valueAt(StepAsked later, Regularisation decay) {
            assertThat(Asked.losses(later.request())).isEqualTo(Asked.gradient(request));
            assertThat(Asked.trials(later.request())).hasSize(1);
            Near.assertNear("where it led", Asked.trials(later.request()).get(0), later.weights(), 0);
            return Asked.trials(later.request(), later.sums()).get(0).meanLoss() + decay.value(later.weights());
        }
    }

    /** Goes through a training step by step, and counts what it has seen. */
    private static final class RunSignature {
        private static final Regularisation DECAY = new Regularisation(0.1, false);
        private static final int STEPS = 15;

        private final Problem.Kept kept = new Problem.Kept();
        private final List<StepAsked> asked = new ArrayList<>();
        private int checked = -1; // the step that is to be checked
        private int passed;
        private int shortened;
        private int refused;
        private int weightless;

        void train(Network network, Pass pass, OptimiserSettings optimiser) {
            Pass watching = Problem.answering(pass, (at, request, sums) -> {
                if (asked.size() == kept.steps.size()) {
                    asked.add(new StepAsked(at.parameters().copy(), request, sums));
                }
                return sums;
            });
            Trainer.of(
                            network,
                            watching,
                            TrainingSettings.of(optimiser, Stopping.afterSteps(STEPS))
                                    .withBatch(BatchSettings.of(6))
                                    .with(DECAY, 0))
                    .withMetrics(kept)
                    .train();
        }

        /** What is asked and done in step i, counted from 0, whose record says so and many jobs. */
        void follow(int i, int jobs) {
            StepAsked now = asked.get(i);
            StepRecord step = kept.steps.get(i);
            if (checked < 0) {
                assertThat(Asked.losses(now.request()).isEmpty()).isTrue();
            } else {
                StepAsked before = asked.get(checked);
                double change = before.valueAt(now, DECAY) - before.value(DECAY);
                if (!Double.isFinite(change) || PendingStep.isRaised(before.value(DECAY), change, Precision.DOUBLE)) {
                    takenBack(before, i);
                    return;
                }
                passed++;
                checked = -1;
            }
            if (now.sums().of(Fit.class).weight() > 0) {
                assertThat(step.outcome()).isEqualTo(Verdict.ACCEPT);
                assertThat(step.cost().jobs()).isEqualTo(jobs);
                checked = i;
            } else {
                weightless++;
                assertThat(step.distance()).isZero();
            }
        }

        private void takenBack(StepAsked before, int i) {
            boolean isFirst = checked == i - 1;
            StepRecord step = kept.steps.get(i);
            assertThat(step.outcome()).isEqualTo(isFirst ? Verdict.SHORTEN : Verdict.REJECT);
            assertThat(step.cost().jobs()).isEqualTo(1);
            ParameterVector expected = before.weights().copy();
            if (isFirst) {
                shortened++;
                expected.scale(0.875);
                expected.add(0.125, asked.get(i).weights());
            } else {
                refused++;
                checked = -1;
            }
            Near.assertNear("what is left", asked.get(i + 1).weights(), expected, 1e-12);
        }
    }

    /** Between two measurements of ρ the first job of the next step sees the rows of a batch again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAdaptiveStepThatRaisesTheLossOfItsBatchIsTakenBackByTheNext(boolean isPerturbed) {
        int[] seen = new int[4];
        OptimiserSettings optimiser =
                isPerturbed ? PerturbationSettings.around(NEVER_MEASURING, Damping.absolute(0.1)) : NEVER_MEASURING;
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            List<Row> rows = new ArrayList<>(problem.rows());
            for (int i = 0; i < 6; i++) {
                rows.set(i, rows.get(i).withWeight(0)); // a batch without weight, once an epoch
            }
            LocalPass pass =
                    new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 3, rows, 6, 6, 6, 6)), Precision.DOUBLE, false);
            RunSignature course = new RunSignature();
            course.train(problem.network(), pass, optimiser);
            for (int i = 0; i < RunSignature.STEPS - 1; i++) {
                course.follow(i, isPerturbed ? 4 : 2);
            }
            seen[0] += course.passed;
            seen[1] += course.shortened;
            seen[2] += course.refused;
            seen[3] += course.weightless;
        });
        assertThat(seen).as("passed, shortened, refused, without weight").doesNotContain(0);
    }

    /** Though all of the step lowered that loss: what is left of it might not. */
    @Test
    void whatIsLeftOfAStepToWhereAGradientIsNotFiniteIsCheckedOnItsRows() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<Request> first = new ArrayList<>();
        Problem.Kept kept = new Problem.Kept();
        Pass failing = Problem.answering(problem.pass(), (network, request, sums) -> {
            if (first.size() == kept.steps.size()) {
                first.add(request);
                if (first.size() == 3) {
                    sums.matrices().get(0).set(0, 0, Double.NaN);
                }
            }
            return sums;
        });
        AdaptiveSettings careful = new AdaptiveSettings(10, 1000, 1000, 1, Problem.averaging(1, 20));
        Trainer.of(
                        problem.network(),
                        failing,
                        TrainingSettings.of(careful, Stopping.afterSteps(5)).withBatch(BatchSettings.of(6)))
                .withMetrics(kept)
                .train();
        assertThat(kept.steps.stream().map(StepRecord::outcome))
                .startsWith(Verdict.ACCEPT, Verdict.ACCEPT, Verdict.SHORTEN, Verdict.ACCEPT);
        assertThat(Asked.losses(first.get(2))).isEqualTo(Asked.gradient(first.get(1)));
        assertThat(Asked.losses(first.get(3))).isEqualTo(Asked.gradient(first.get(1)));
        assertThat(Asked.losses(first.get(4))).isEqualTo(Asked.gradient(first.get(3)));
    }

    @Test
    void anAverageOfWhichRoundingLeavesNothingBeginsAnew() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        ParameterVector first = problem.network().parameters();
        for (double scale : new double[] {1e4, 1e14, 1e200}) {
            IterateAverage average = new IterateAverage(0.9, Optional.empty());
            average.update(1, first);
            ParameterVector far = first.copy();
            far.scale(scale);
            average.update(2, far);
            average.forget(2, far);
            if (scale < 1e10) {
                Near.assertNear("what was", average.parameters().orElseThrow(), first, 1e-10);
            } else {
                assertThat(average.parameters()).isEmpty();
                average.update(3, first);
                Near.assertNear("anew", average.parameters().orElseThrow(), first, 0);
            }
        }
    }

    @Test
    void theDampingGrowsWhereAStepIsTakenBackWhateverThePeriodOfMeasurements() {
        int[] grown = {0};
        Cases.each(10, random -> {
            Problem problem = Problem.of(random, "poisson");
            Problem.Kept kept = new Problem.Kept();
            Trainer.of(
                            problem.network(),
                            problem.pass(),
                            TrainingSettings.of(NEVER_MEASURING, Stopping.afterSteps(15))
                                    .withBatch(BatchSettings.of(6)))
                    .withMetrics(kept)
                    .train();
            double expected = 1e-8;
            for (StepRecord step : kept.steps) {
                if (step.cost().jobs() == 1) {
                    expected *= Math.pow(20.0 / 19, 5);
                    grown[0]++;
                } else {
                    Near.assertNear("λ", step.choice().damping(), expected, 1e-12);
                }
            }
        });
        assertThat(grown[0]).isPositive();
    }

    /** The inverse that led astray is not used again, though none is due. */
    @Test
    void afterAStepIsTakenBackTheNextOneInvertsAnew() {
        int[] inversions = {0};
        int[] anew = {0};
        Inversion counting = (blocks, method, rule, threads) -> {
            inversions[0]++;
            return Inversion.HERE.invert(blocks, method, rule, threads);
        };
        Cases.each(10, random -> {
            Problem problem = Problem.of(random, "poisson");
            List<Integer> made = new ArrayList<>();
            List<StepRecord> steps = new ArrayList<>();
            inversions[0] = 0;
            Metrics metrics = new Metrics() {
                @Override
                public void add(StepRecord step) {
                    steps.add(step);
                    made.add(inversions[0]);
                    inversions[0] = 0;
                }

                @Override
                public long position() {
                    return 0;
                }
            };
            Trainer.of(
                            problem.network(),
                            problem.pass(),
                            TrainingSettings.of(NEVER_MEASURING, Stopping.afterSteps(15))
                                    .withBatch(BatchSettings.of(6)))
                    .withMetrics(metrics)
                    .in(Environment.ofThisMachine(1).withInversion(counting))
                    .train();
            for (int i = 4; i < steps.size(); i++) {
                boolean isTakenBack = steps.get(i).outcome() != Verdict.ACCEPT;
                boolean follows = steps.get(i - 1).outcome() != Verdict.ACCEPT;
                assertThat(made.get(i)).isEqualTo(!isTakenBack && follows ? 1 : 0);
                anew[0] += made.get(i);
            }
        });
        assertThat(anew[0]).isPositive();
    }

    /** What is taken back is no iterate. */
    @Test
    void theAverageForgetsWhatIsTakenBack() {
        int[] forgotten = {0};
        Cases.each(10, random -> {
            Problem problem = Problem.of(random, "poisson");
            Problem.Kept kept = new Problem.Kept();
            List<ParameterVector> iterates = new ArrayList<>();
            List<ParameterVector> averages = new ArrayList<>();
            Trainer.of(
                            problem.network(),
                            problem.pass(),
                            TrainingSettings.of(NEVER_MEASURING, Stopping.afterSteps(12))
                                    .withBatch(BatchSettings.of(6))
                                    .with(Regularisation.NONE, 0.9)
                                    .withPeriods(100, 1))
                    .withMetrics(kept)
                    .withStore((state, isBest, end) -> {
                        iterates.add(state.weights().copy());
                        averages.add(state.average().map(ParameterVector::copy).orElseThrow());
                    })
                    .train();
            List<Integer> kinds = new ArrayList<>(); // steps whose iterates count
            for (int i = 0; i < 12; i++) {
                if (kept.steps.get(i).cost().jobs() == 1) {
                    kinds.remove(kinds.size() - 1);
                    forgotten[0]++;
                }
                kinds.add(i);
                ParameterVector expected =
                        ParameterVector.zeros(problem.network().layers());
                for (int j : kinds) {
                    double xi = j == kinds.get(0) ? 0 : Math.min(1 - 1.0 / (j + 1), 0.9);
                    expected.scale(xi);
                    expected.add(1 - xi, iterates.get(j));
                }
                Near.assertNear("average", averages.get(i), expected, 1e-9);
            }
        });
        assertThat(forgotten[0]).isPositive();
    }

    @Test
    void batchesThatGrowToAllRowsAreCheckedWithoutAskingTwice() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        Problem.Counting counting = new Problem.Counting(problem.pass());
        Trainer.of(
                        problem.network(),
                        counting,
                        TrainingSettings.of(
                                        new AdaptiveSettings(1, 1000, 1000, 0.5, Problem.averaging(1, 20)),
                                        Stopping.afterSteps(6))
                                .withBatch(new BatchSettings(6, 4, 4)))
                .train();
        List<Request> first = counting.requests().stream()
                .filter(request -> !Asked.gradient(request).isEmpty())
                .toList();
        assertThat(first.stream().map(request -> Asked.gradient(request).rows()))
                .containsExactly(6L, 10L, 15L, 24L, 24L, 24L);
        assertThat(first.stream().map(request -> Asked.losses(request).rows()))
                .containsExactly(0L, 6L, 10L, 15L, 0L, 0L);
        List<Request> all = counting.requests();
        assertThat(Asked.losses(all.get(all.size() - 2)).isEmpty())
                .as("at the end all rows are asked once")
                .isTrue();
        assertThat(Asked.losses(all.get(all.size() - 1)).rows()).isEqualTo(24);
    }

    @Test
    void fixedStepsAreNotChecked() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            boolean adaptive = optimiser instanceof AdaptiveSettings
                    || (optimiser instanceof PerturbationSettings around && around.base() instanceof AdaptiveSettings);
            Problem.Counting counting = new Problem.Counting(problem.pass());
            Trainer.of(
                            problem.network(),
                            counting,
                            Problem.settings(optimiser, 3).with(Regularisation.NONE, 0))
                    .train();
            assertThat(counting.requests().stream()
                            .anyMatch(request -> !Asked.gradient(request).isEmpty()
                                    && !Asked.losses(request).isEmpty()))
                    .as(optimiser.toString())
                    .isEqualTo(adaptive);
        }
    }
}
