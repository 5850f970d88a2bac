package org.sparkkfac.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;
import org.sparkkfac.train.state.Verdict;

/** When training ends, and with which model. */
final class EndOfTrainingTest {
    private static final AdaptiveSettings CARELESS =
            new AdaptiveSettings(1e-8, 1000, 1000, 0.1, Problem.averaging(1, 1000));

    @Test
    void everyStoppingRuleStops() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        OptimiserSettings sgd = new SgdSettings(Schedule.constant(0.2), 0.5);
        Stopping never = Stopping.afterSteps(1000);
        assertThat(run(problem, sgd, Stopping.afterSteps(3))).isEqualTo(StopReason.STEPS);
        assertThat(run(problem, sgd, never.withEpochs(2))).isEqualTo(StopReason.EPOCHS);
        assertThat(run(problem, sgd, never.withTargetLoss(0.7 * problem.firstLoss())))
                .isEqualTo(StopReason.TARGET_LOSS);
        long[] clock = {0};
        Trainer trainer = Trainer.of(problem.network(), problem.pass(), TrainingSettings.of(sgd, never.withSeconds(5)))
                .in(Environment.ofThisMachine(1).withClock(() -> clock[0] += 100_000_000));
        TrainingResult timed = trainer.train();
        assertThat(timed.reason()).isEqualTo(StopReason.TIME);
        assertThat(timed.state().progress().seconds()).isBetween(5.0, 5.5);
        int[] asked = {0};
        TrainingResult stopped = trainer.in(Environment.ofThisMachine(1).withStop(() -> ++asked[0] == 4))
                .train();
        assertThat(stopped.reason()).isEqualTo(StopReason.REQUEST);
        assertThat(stopped.state().progress().step()).isEqualTo(4);
    }

    @Test
    void theLastStepIsValidatedWhateverEndsTheTraining() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (Stopping stopping : List.of(
                Stopping.afterSteps(3),
                Stopping.afterSteps(1000).withEpochs(5),
                Stopping.afterSteps(1000).withSeconds(5e-9),
                Stopping.afterSteps(1000).withTargetLoss(0.9 * problem.firstLoss()))) {
            Problem.Kept kept = new Problem.Kept();
            long[] clock = {0};
            Trainer.of(
                            problem.network(),
                            problem.pass(),
                            TrainingSettings.of(new SgdSettings(Schedule.constant(0.2), 0), stopping)
                                    .withPeriods(1000, 1000))
                    .withValidation(problem.pass())
                    .withMetrics(kept)
                    .in(Environment.ofThisMachine(1).withClock(() -> clock[0]++))
                    .train();
            assertThat(kept.steps.get(kept.steps.size() - 1).validation()).isPresent();
            assertThat(kept.steps.stream().filter(step -> step.validation().isPresent()))
                    .hasSize(1);
        }
    }

    private static StopReason run(Problem problem, OptimiserSettings optimiser, Stopping stopping) {
        return Trainer.of(problem.network(), problem.pass(), TrainingSettings.of(optimiser, stopping))
                .train()
                .reason();
    }

    @Test
    void theTargetIsReachedWhereTheModelsLossOverAllRowsIs() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        double target = 0.5 * problem.firstLoss();
        TrainingResult result = Trainer.of(
                        problem.network(),
                        problem.pass(),
                        TrainingSettings.of(
                                        new SgdSettings(Schedule.constant(0.05), 0.5),
                                        Stopping.afterSteps(1000).withTargetLoss(target))
                                .withBatch(new BatchSettings(5, 0, 2)))
                .train();
        assertThat(result.reason()).isEqualTo(StopReason.TARGET_LOSS);
        assertThat(problem.loss(result.model())).isLessThanOrEqualTo(target);
    }

    private static LocalPass mislabelled(Problem problem) {
        List<Row> wrong = problem.rows().stream()
                .map(row -> new Row(row.x(), new double[] {(row.label()[0] + 1) % 3}, 1, row.id()))
                .toList();
        return new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 3, wrong)), Precision.DOUBLE, false);
    }

    @Test
    void patienceEndsWhereValidationGetsNoBetter() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        LocalPass validation = mislabelled(problem);
        Problem.Kept kept = new Problem.Kept();
        List<Boolean> saved = new ArrayList<>();
        TrainingResult result = Trainer.of(
                        problem.network(),
                        problem.pass(),
                        TrainingSettings.of(
                                        new SgdSettings(Schedule.constant(0.2), 0),
                                        Stopping.afterSteps(1000).withPatience(3))
                                .withPeriods(2, 1000))
                .withValidation(validation)
                .withMetrics(kept)
                .withStore((state, isBest, end) -> saved.add(isBest))
                .train();
        assertThat(result.reason()).isEqualTo(StopReason.PATIENCE);
        List<StepRecord> validated = kept.steps.stream()
                .filter(step -> step.validation().isPresent())
                .toList();
        assertThat(validated).allSatisfy(step -> assertThat(step.step() % 2).isZero());
        assertThat(validated.stream()
                        .map(step -> step.validation().orElseThrow().isBest()))
                .endsWith(true, false, false, false);
        assertThat(saved).endsWith(true, false);
        assertThat(result.state().progress().bestLoss())
                .isEqualTo(validated.stream()
                        .mapToDouble(step -> step.validation().orElseThrow().loss())
                        .min()
                        .orElseThrow());
    }

    /** A port whose losses of the second of several trials are NaN. */
    private static Pass withoutSecond(Pass inner) {
        return Problem.answering(inner, (network, request, sums) -> {
            if (Asked.trials(request).size() < 2) {
                return sums;
            }
            ParameterVector nowhere = network.parameters().copy();
            nowhere.scale(Double.NaN);
            return inner.run(
                    network,
                    Request.fits(
                            Asked.losses(request), List.of(Asked.trials(request).get(0), nowhere)));
        });
    }

    @Test
    void anAverageWithoutALossIsNotTheModel() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        TrainingSettings settings = TrainingSettings.of(
                        new SgdSettings(Schedule.constant(0.01), 0), Stopping.afterSteps(4))
                .with(Regularisation.NONE, 0.9);
        TrainingResult result = Trainer.of(problem.network(), withoutSecond(problem.pass()), settings)
                .train();
        assertThat(result.state().choice()).isEqualTo(ModelChoice.LAST);
        assertThat(result.fit().orElseThrow().meanLoss()).isFinite();
        assertThat(result.state().progress().consecutiveRejections()).isZero();
    }

    @Test
    void whatTheEndHasAskedOfAllRowsIsToldAndNotAskedTwice() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        SgdSettings sgd = new SgdSettings(Schedule.constant(0.05), 0.5);
        double target = 0.5 * problem.firstLoss();
        for (Stopping stopping :
                List.of(Stopping.afterSteps(5), Stopping.afterSteps(1000).withTargetLoss(target))) {
            Problem.Counting counting = new Problem.Counting(problem.pass());
            TrainingResult result = Trainer.of(
                            problem.network(),
                            counting,
                            TrainingSettings.of(sgd, stopping).with(Regularisation.NONE, 0.9))
                    .train();
            List<Request> last = counting.requests()
                    .subList(counting.requests().size() - 2, counting.requests().size());
            assertThat(Asked.gradient(last.get(0)).isEmpty()).as("a step").isFalse();
            assertThat(Asked.losses(last.get(1)).isEmpty()).as("the end").isFalse();
            Near.assertNear("told", result.fit().orElseThrow().meanLoss(), problem.loss(result.model()), 1e-14);
        }
        TrainingResult validated = Trainer.of(
                        problem.network(),
                        problem.pass(),
                        TrainingSettings.of(sgd, Stopping.afterSteps(1000).withTargetLoss(target)))
                .withValidation(problem.pass())
                .train();
        assertThat(validated.reason()).isEqualTo(StopReason.TARGET_LOSS);
        assertThat(validated.fit()).as("validation chose the model").isEmpty();
        TrainingSettings settings = TrainingSettings.of(sgd, Stopping.afterSteps(5));
        assertThat(Trainer.of(problem.network(), problem.pass(), settings)
                        .in(Environment.ofThisMachine(1).withStop(() -> true))
                        .train()
                        .fit())
                .as("stopped on request")
                .isEmpty();
    }

    @Test
    void whatHasLostPatienceWhenItIsResumedMakesNoStep() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        LocalPass wrong = mislabelled(problem);
        List<TrainingState> states = new ArrayList<>();
        SgdSettings sgd = new SgdSettings(Schedule.constant(0.2), 0);
        Trainer.of(
                        problem.network(),
                        problem.pass(),
                        TrainingSettings.of(sgd, Stopping.afterSteps(1000).withPatience(4))
                                .withPeriods(1, 1))
                .withValidation(wrong)
                .withStore((state, isBest, end) -> states.add(state))
                .train();
        TrainingState stopped = states.get(states.size() - 3);
        long checks = stopped.progress().checksSinceBest();
        assertThat(checks).isEqualTo(2);
        TrainingResult resumed = Trainer.of(
                        problem.network(),
                        problem.pass(),
                        TrainingSettings.of(sgd, Stopping.afterSteps(1000).withPatience(checks))
                                .withPeriods(1, 1))
                .withValidation(wrong)
                .train(stopped);
        assertThat(resumed.reason()).isEqualTo(StopReason.PATIENCE);
        assertThat(resumed.state().progress().step())
                .isEqualTo(stopped.progress().step());
    }

    @Test
    void theModelIsTheBetterOfIterateAndAverage() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        int better = 0;
        for (double rate : new double[] {0.01, 0.3}) { // the average lags behind, and then calms what is too fast
            TrainingResult result = Trainer.of(
                            problem.network(),
                            problem.pass(),
                            TrainingSettings.of(new SgdSettings(Schedule.constant(rate), 0), Stopping.afterSteps(30))
                                    .withBatch(BatchSettings.of(3))
                                    .with(Regularisation.NONE, 0.9))
                    .train();
            TrainingState state = result.state();
            double iterate = problem.loss(problem.network().withParameters(state.weights()));
            double average = problem.loss(
                    problem.network().withParameters(state.average().orElseThrow()));
            assertThat(problem.loss(result.model())).isEqualTo(Math.min(iterate, average));
            better += state.choice() == ModelChoice.AVERAGE ? 1 : 0;
        }
        assertThat(better).isEqualTo(1);
    }

    /** No next step looks at the rows of the last one: the end does, and the model has an eighth of it, or nothing. */
    @ParameterizedTest
    @ValueSource(longs = {6, Long.MAX_VALUE})
    void theModelDoesNotRaiseTheLossOfTheLastStepsRows(long batch) {
        List<ModelChoice> choices = new ArrayList<>();
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            long[] clock = {0};
            for (Stopping stopping : List.of(
                    Stopping.afterSteps(1),
                    Stopping.afterSteps(1000).withEpochs(0.25),
                    Stopping.afterSteps(1000).withSeconds(1e-9))) {
                Problem.Counting counting = new Problem.Counting(problem.pass());
                Problem.Kept kept = new Problem.Kept();
                TrainingResult result = Trainer.of(
                                problem.network(),
                                counting,
                                TrainingSettings.of(CARELESS, stopping).withBatch(BatchSettings.of(batch)))
                        .withMetrics(kept)
                        .in(Environment.ofThisMachine(1).withClock(() -> clock[0]++))
                        .train();
                assertThat(kept.steps).hasSize(1);
                StepRecord step = kept.steps.get(0);
                RowSelection rows = Asked.gradient(counting.requests().get(0));
                double after = meanLoss(problem, rows, result.model().parameters());
                assertThat(after).isLessThanOrEqualTo(step.loss() + 1e-12 * Math.abs(step.loss()));
                assertThat(result.fit().orElseThrow().meanLoss())
                        .isEqualTo(meanLoss(
                                problem,
                                problem.pass().blocks().all(),
                                result.model().parameters()));
                ParameterVector move = result.state().weights().copy();
                move.add(-1, problem.network().parameters());
                Near.assertNear("the state has all of the step", step.distance(), move.norm(), 1e-12);
                ModelChoice choice = result.state().choice();
                double part = choice == ModelChoice.LAST ? 1 : choice == ModelChoice.SHORTENED ? 0.125 : 0;
                ParameterVector expected = problem.network().parameters().copy();
                expected.add(part, move);
                Near.assertNear("the model a part", result.model().parameters(), expected, 1e-12);
                choices.add(choice);
            }
        });
        assertThat(choices).contains(ModelChoice.LAST, ModelChoice.SHORTENED);
    }

    private static double meanLoss(Problem problem, RowSelection rows, ParameterVector parameters) {
        return problem.pass()
                .run(problem.network(), Request.of(new Fit(rows, parameters)))
                .of(Fit.class)
                .meanLoss();
    }

    @Test
    void theModelHasNothingOfALastStepOfWhichAnEighthIsNoBetter() {
        int[] refused = {0};
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            Pass pessimist = Problem.answering(problem.pass(), (network, request, sums) -> {
                if (Asked.trials(request).size() < 2) {
                    return sums;
                }
                ParameterVector whole = Asked.trials(request).get(0);
                return problem.pass().run(network, Request.fits(Asked.losses(request), List.of(whole, whole)));
            });
            TrainingResult result = Trainer.of(
                            problem.network(),
                            pessimist,
                            TrainingSettings.of(CARELESS, Stopping.afterSteps(1))
                                    .withBatch(BatchSettings.of(6)))
                    .train();
            if (result.state().choice() != ModelChoice.LAST) {
                refused[0]++;
                assertThat(result.state().choice()).isEqualTo(ModelChoice.BEFORE);
                Near.assertNear(
                        "back", result.model().parameters(), problem.network().parameters(), 0);
            }
        });
        assertThat(refused[0]).isPositive();
    }

    /** An eighth of a step that has been taken back is all of what is left, or nothing. */
    @Test
    void whereTheLastStepTookOneBackTheModelHasAllOfTheEighthOrNothing() {
        List<ModelChoice> choices = new ArrayList<>();
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            for (int steps = 2; steps < 6; steps++) {
                Problem.Kept kept = new Problem.Kept();
                TrainingResult result = Trainer.of(
                                problem.network(),
                                problem.pass(),
                                TrainingSettings.of(CARELESS, Stopping.afterSteps(steps))
                                        .withBatch(BatchSettings.of(6)))
                        .withMetrics(kept)
                        .train();
                if (kept.steps.get(steps - 1).outcome() == Verdict.SHORTEN) {
                    choices.add(result.state().choice());
                    assertThat(result.state().progress().consecutiveRejections())
                            .isEqualTo(1);
                }
            }
        });
        assertThat(choices).containsOnly(ModelChoice.LAST, ModelChoice.BEFORE);
    }

    /** A limit that was lowered while training stood still. */
    @Test
    void aTrainingThatIsBeyondALimitWhenItIsResumedComesToItsEndWithoutAStep() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        TrainingSettings settings = Problem.settings(new SgdSettings(Schedule.constant(0.05), 0.5), 5)
                .withPeriods(10, 1000);
        TrainingState stopped = stoppedAfter(7, problem, settings);
        Problem.Counting counting = new Problem.Counting(problem.pass());
        TrainingResult result =
                Trainer.of(problem.network(), counting, settings).train(stopped);
        assertThat(result.reason()).isEqualTo(StopReason.STEPS);
        assertThat(result.state().progress().step()).isEqualTo(7);
        assertThat(counting.requests()).hasSize(1);
        double iterate = problem.loss(problem.network().withParameters(stopped.weights()));
        double average =
                problem.loss(problem.network().withParameters(stopped.average().orElseThrow()));
        Near.assertNear("told", result.fit().orElseThrow().meanLoss(), Math.min(iterate, average), 1e-14);
        Near.assertNear("model", problem.loss(result.model()), Math.min(iterate, average), 1e-14);
    }

    @Test
    void itsLastStepIsValidatedIfThatWasNotDue() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        SgdSettings sgd = new SgdSettings(Schedule.constant(0.05), 0.5);
        for (long period : new long[] {10, 7}) {
            TrainingSettings settings = Problem.settings(sgd, 5).withPeriods(period, 1000);
            TrainingState stopped = stoppedAfter(7, problem, settings);
            assertThat(Double.isFinite(stopped.progress().bestLoss())).isEqualTo(period == 7);
            List<Boolean> saved = new ArrayList<>();
            TrainingResult result = Trainer.of(problem.network(), problem.pass(), settings)
                    .withValidation(problem.pass())
                    .withStore((state, isBest, end) -> saved.add(isBest && end.isPresent()))
                    .train(stopped);
            assertThat(saved).as("period " + period).isEqualTo(period == 7 ? List.of() : List.of(true));
            Near.assertNear("best", result.state().progress().bestLoss(), problem.loss(result.model()), 1e-14);
        }
    }

    private static TrainingState stoppedAfter(int steps, Problem problem, TrainingSettings settings) {
        int[] asked = {0};
        TrainingSettings longer = new TrainingSettings(
                settings.optimiser(),
                settings.batch(),
                settings.regularisation(),
                settings.iterateDecay(),
                Stopping.afterSteps(1000),
                settings.validationPeriod(),
                settings.checkpointPeriod(),
                settings.seed());
        return Trainer.of(problem.network(), problem.pass(), longer)
                .withValidation(problem.pass())
                .in(Environment.ofThisMachine(1).withStop(() -> ++asked[0] == steps))
                .train()
                .state();
    }
}
