package org.sparkkfac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.LocalStepPass;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

final class TrainerTest {
    static Stream<OptimiserSettings> optimisers() {
        return Problem.optimisers().stream();
    }

    /** Keeps the records. */
    private static final class Kept implements Metrics {
        private final List<StepRecord> steps = new ArrayList<>();

        @Override
        public void add(StepRecord step) {
            steps.add(step);
        }

        @Override
        public long position() {
            return steps.size();
        }
    }

    /** What a port of {@link #answering} says in place of another's answer. */
    private interface Answer {
        StepSums of(Network network, StepRequest request, StepSums sums);
    }

    private static StepPass answering(StepPass inner, Answer answer) {
        return new StepPass() {
            @Override
            public BlockIndex blocks() {
                return inner.blocks();
            }

            @Override
            public StepSums pass(Network network, StepRequest request) {
                return answer.of(network, request, inner.pass(network, request));
            }
        };
    }

    private static TrainingSettings settings(OptimiserSettings optimiser, long steps) {
        return TrainingSettings.of(optimiser, Stopping.afterSteps(steps))
                .withBatch(new BatchSettings(15, 0, 4))
                .with(new Regularisation(1e-4, true), 0.9);
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void everyOptimiserLowersTheLoss(OptimiserSettings optimiser) {
        for (String likelihood : List.of("softmax", "sigmoid", "gaussian", "poisson")) {
            Problem problem = Problem.of(Cases.one(), likelihood);
            Kept kept = new Kept();
            TrainingResult result = Trainer.of(problem.network(), problem.pass(), settings(optimiser, 40))
                    .withMetrics(kept)
                    .train();
            assertThat(problem.loss(
                            problem.network().withParameters(result.state().weights())))
                    .as(optimiser.name() + " " + likelihood)
                    .isLessThan(0.9 * problem.firstLoss());
            assertThat(result.reason()).isEqualTo(StopReason.STEPS);
            assertThat(kept.steps).hasSize(40);
            assertThat(kept.steps.get(39).epoch()).isEqualTo(40 * 15 / 24.0);
        }
    }

    private static List<Integer> jobs(OptimiserSettings optimiser, int steps) {
        Problem problem = Problem.of(Cases.one(), "softmax");
        Problem.Counting counting = new Problem.Counting(problem.pass());
        Kept kept = new Kept();
        Trainer.of(problem.network(), counting, settings(optimiser, steps).with(Regularisation.NONE, 0))
                .withMetrics(kept)
                .train();
        int inSteps = kept.steps.stream().mapToInt(step -> step.cost().jobs()).sum();
        assertThat(counting.requests()).hasSize(inSteps + 1); // the loss of the model at the end
        long touched = counting.requests().subList(0, inSteps).stream()
                .mapToLong(request -> request.rowsTouched())
                .sum();
        assertThat(touched)
                .isEqualTo(kept.steps.stream()
                        .mapToLong(step -> step.cost().rowsTouched())
                        .sum());
        return kept.steps.stream().map(step -> step.cost().jobs()).toList();
    }

    @Test
    void aFixedStepIsOneCallAnAdaptiveOneTwoAndThreeWhereTheRatioIsMeasuredAndAtTheEnd() {
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            if (optimiser instanceof AdaptiveSettings) {
                assertThat(jobs(optimiser, 7)).containsExactly(2, 2, 3, 2, 2, 3, 3);
            } else if (optimiser instanceof PerturbationSettings perturbation) {
                boolean adaptive = perturbation.base() instanceof AdaptiveSettings;
                assertThat(jobs(optimiser, 3))
                        .as(optimiser.toString())
                        .isEqualTo(adaptive ? List.of(4, 4, 5) : List.of(3, 3, 3));
            } else {
                assertThat(jobs(optimiser, 4)).as(optimiser.toString()).containsOnly(1);
            }
        }
    }

    @Test
    void aLossIsRaisedByMoreThanRounding() {
        assertThat(Objective.isRaised(-2, 1e-13)).isFalse();
        assertThat(Objective.isRaised(-2, 1e-11)).isTrue();
        assertThat(Objective.isRaised(0, 1e-300)).isTrue();
        assertThat(Objective.isRaised(2, -1)).isFalse();
        assertThat(Objective.isRaised(2, Double.POSITIVE_INFINITY)).isTrue();
        assertThat(Objective.isRaised(2, Double.NaN)).isFalse();
    }

    @Test
    void theFirstAdaptiveStepHasNoMomentum() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        Kept kept = new Kept();
        Trainer.of(
                        problem.network(),
                        problem.pass(),
                        settings(new AdaptiveSettings(1, 5, 20, 1, Problem.averaging(1, 20)), 2))
                .withMetrics(kept)
                .train();
        assertThat(kept.steps.get(0).choice().momentum()).isZero();
        assertThat(kept.steps.get(1).choice().momentum()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.01})
    void theStepIsClippedInTheFisherNorm(double kappa) {
        // r²ν²·Δᵀ∇h = κ where it would be more.
        double product = 3;
        double nu = CurvatureDescent.clip(kappa, 2, product);
        Near.assertNear("r²ν²Δᵀ∇h", 4 * nu * nu * product, kappa, 1e-14);
        assertThat(CurvatureDescent.clip(100, 2, product)).isEqualTo(1);
        assertThat(CurvatureDescent.clip(kappa, 2, 0)).isEqualTo(1);
        assertThat(CurvatureDescent.clip(Double.POSITIVE_INFINITY, 2, product)).isEqualTo(1);
    }

    @Test
    void theClippingShowsInTheRecord() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        Kept kept = new Kept();
        CurvatureSettings optimiser = new CurvatureSettings(
                Method.FACTORED, Schedule.constant(1), 0, Damping.absolute(0.01), 1e-4, Problem.averaging(1, 1));
        Trainer.of(problem.network(), problem.pass(), settings(optimiser, 3))
                .withMetrics(kept)
                .train();
        assertThat(kept.steps)
                .allSatisfy(step -> assertThat(step.choice().clip()).isBetween(1e-9, 0.9));
    }

    @Test
    void biasesAreLeftOutOfTheDecayOnRequest() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 2, 3, 2);
        ParameterVector theta = network.parameters();
        ParameterVector all = ParameterVector.zeros(network.layers());
        new Regularisation(0.5, false).addGradient(theta, all);
        Near.assertNear("all", all.block(1).get(0, 3), 0.5 * theta.block(1).get(0, 3), 1e-15);
        ParameterVector some = ParameterVector.zeros(network.layers());
        Regularisation without = new Regularisation(0.5, true);
        without.addGradient(theta, some);
        assertThat(some.block(1).get(0, 3)).isZero();
        Near.assertNear("weights", some.block(1).get(0, 2), 0.5 * theta.block(1).get(0, 2), 1e-15);
        Near.assertNear("½ηθᵀDθ", 2 * without.value(theta), theta.dot(some), 1e-14);
    }

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
                .in(Surroundings.ofThisMachine(1).withClock(() -> clock[0] += 100_000_000));
        TrainingResult timed = trainer.train();
        assertThat(timed.reason()).isEqualTo(StopReason.TIME);
        assertThat(timed.state().progress().seconds()).isBetween(5.0, 5.5);
        int[] asked = {0};
        TrainingResult stopped = trainer.in(Surroundings.ofThisMachine(1).withStop(() -> ++asked[0] == 4))
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
            Kept kept = new Kept();
            long[] clock = {0};
            Trainer.of(
                            problem.network(),
                            problem.pass(),
                            TrainingSettings.of(new SgdSettings(Schedule.constant(0.2), 0), stopping)
                                    .withPeriods(1000, 1000))
                    .withValidation(problem.pass())
                    .withMetrics(kept)
                    .in(Surroundings.ofThisMachine(1).withClock(() -> clock[0]++))
                    .train();
            assertThat(kept.steps.get(kept.steps.size() - 1).validation()).isPresent();
            assertThat(kept.steps.stream().filter(step -> step.validation().isPresent()))
                    .hasSize(1);
        }
    }

    @Test
    void stoppedOnRequestItGoesOnAsIfItHadNotStopped() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        TrainingSettings settings =
                settings(new SgdSettings(Schedule.constant(0.2), 0.9), 9).withPeriods(4, 1000);
        Kept kept = new Kept();
        List<Optional<StopReason>> saved = new ArrayList<>();
        Trainer trainer = Trainer.of(problem.network(), problem.pass(), settings)
                .withValidation(problem.pass())
                .withMetrics(kept)
                .withStore((state, isBest, end) -> saved.add(end));
        TrainingState whole = trainer.train().state();
        List<Optional<StepRecord.Validation>> validations =
                kept.steps.stream().map(StepRecord::validation).toList();
        kept.steps.clear();
        saved.clear();
        int[] asked = {0};
        TrainingResult stopped = trainer.in(Surroundings.ofThisMachine(1).withStop(() -> ++asked[0] == 6))
                .train();
        assertThat(stopped.reason()).isEqualTo(StopReason.REQUEST);
        assertThat(saved.get(saved.size() - 1)).as("of the stop").isEmpty();
        TrainingState resumed = trainer.train(stopped.state()).state();
        assertThat(resumed.weights().norm()).isEqualTo(whole.weights().norm());
        assertThat(resumed.progress().bestLoss()).isEqualTo(whole.progress().bestLoss());
        assertThat(kept.steps.stream().map(StepRecord::validation).toList()).isEqualTo(validations);
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

    private static LocalStepPass mislabelled(Problem problem) {
        List<Row> wrong = problem.rows().stream()
                .map(row -> new Row(row.x(), new double[] {(row.label()[0] + 1) % 3}, 1, row.id()))
                .toList();
        return new LocalStepPass(List.of(Row.blocks(Precision.DOUBLE, 3, wrong)), Precision.DOUBLE, false);
    }

    @Test
    void patienceEndsWhereValidationGetsNoBetter() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        LocalStepPass validation = mislabelled(problem);
        Kept kept = new Kept();
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

    @Test
    void aStepToWhereTheLossIsNotFiniteIsTakenBack() {
        // exp f overflows: the first step is far too long.
        Problem problem = Problem.of(Cases.one(), "poisson");
        Kept kept = new Kept();
        List<TrainingState> states = new ArrayList<>();
        Trainer.of(
                        problem.network(),
                        problem.pass(),
                        TrainingSettings.of(
                                        new SgdSettings(new Schedule.Steps(1e4, 1e-6, 1), 0.5), Stopping.afterSteps(8))
                                .withPeriods(10, 1))
                .withMetrics(kept)
                .withStore((state, isBest, end) -> states.add(state))
                .train();
        assertThat(states)
                .hasSize(8)
                .allSatisfy(state -> assertThat(state.weights().isFinite()).isTrue());
        assertThat(kept.steps.stream().map(StepRecord::outcome))
                .startsWith(StepOutcome.TAKEN, StepOutcome.SHORTENED, StepOutcome.REFUSED, StepOutcome.TAKEN);
        assertThat(kept.steps.get(3).loss()).isEqualTo(kept.steps.get(0).loss());
    }

    @Test
    void aGradientThatIsNotFiniteMovesNothingToNaN() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            Kept kept = new Kept();
            StepPass failing = answering(problem.pass(), (network, request, sums) -> {
                if (!request.gradient().isEmpty() && (kept.steps.size() == 2 || kept.steps.size() == 3)) {
                    sums.parts().get(0).set(0, 0, Double.NaN);
                }
                return sums;
            });
            TrainingResult result = Trainer.of(
                            problem.network(), failing, TrainingSettings.of(optimiser, Stopping.afterSteps(6)))
                    .withMetrics(kept)
                    .train();
            assertThat(result.state().weights().isFinite()).isTrue();
            assertThat(kept.steps.stream().map(StepRecord::outcome))
                    .as(optimiser.name())
                    .startsWith(StepOutcome.TAKEN, StepOutcome.TAKEN, StepOutcome.SHORTENED, StepOutcome.REFUSED);
            assertThat(kept.steps.get(4).loss()).isEqualTo(kept.steps.get(1).loss());
            assertThat(result.state().progress().troubles()).isZero();
        }
    }

    @Test
    void aLossThatIsNotFiniteAtFirstIsRefusedWithAWayOut() {
        Problem problem = Problem.of(Cases.one(), "poisson");
        ParameterVector huge = problem.network().parameters().copy();
        huge.scale(1e4);
        assertThatThrownBy(() -> Trainer.of(
                                problem.network().withParameters(huge),
                                problem.pass(),
                                settings(new SgdSettings(Schedule.constant(0.1), 0), 3))
                        .train())
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("step 1")
                .hasMessageContaining("smaller weights");
    }

    /** A port whose losses of the second of several trials are NaN. */
    private static StepPass withoutSecond(StepPass inner) {
        return answering(inner, (network, request, sums) -> {
            if (request.trials().size() < 2) {
                return sums;
            }
            ParameterVector nowhere = network.parameters().copy();
            nowhere.scale(Double.NaN);
            return inner.pass(
                    network,
                    StepRequest.losses(
                            request.losses(), List.of(request.trials().get(0), nowhere)));
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
        assertThat(result.state().averageIsBetter()).isFalse();
        assertThat(result.fit().orElseThrow().meanLoss()).isFinite();
        assertThat(result.state().progress().troubles()).isZero();
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
            List<StepRequest> last = counting.requests()
                    .subList(counting.requests().size() - 2, counting.requests().size());
            assertThat(last.get(0).gradient().isEmpty()).as("a step").isFalse();
            assertThat(last.get(1).losses().isEmpty()).as("the end").isFalse();
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
                        .in(Surroundings.ofThisMachine(1).withStop(() -> true))
                        .train()
                        .fit())
                .as("stopped on request")
                .isEmpty();
    }

    @Test
    void aLastStepToWhereTheLossIsNotFiniteIsTakenBackToo() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        SgdSettings overflowing = new SgdSettings(Schedule.constant(1e200), 0);
        for (double memory : new double[] {0, 0.9}) {
            for (long steps = 1; steps <= 4; steps++) {
                TrainingSettings settings = TrainingSettings.of(overflowing, Stopping.afterSteps(steps))
                        .with(Regularisation.NONE, memory);
                TrainingResult result =
                        Trainer.of(problem.network(), problem.pass(), settings).train();
                assertThat(problem.loss(result.model())).as(steps + " steps").isFinite();
                Near.assertNear(
                        "told loss", result.fit().orElseThrow().meanLoss(), problem.loss(result.model()), 1e-14);
                assertThat(result.state().progress().troubles()).isPositive();
                if (steps == 1) {
                    assertThat(result.state().memory().vectors().values())
                            .as("nothing is left of the step that was taken back")
                            .isNotEmpty()
                            .allSatisfy(vector -> assertThat(vector.norm()).isZero());
                }
            }
        }
        ParameterVector far = problem.network().parameters().copy();
        far.add(
                1e200,
                problem.pass()
                        .pass(
                                problem.network(),
                                StepRequest.gradient(problem.pass().blocks().all()))
                        .meanGradient());
        assertThat(problem.loss(problem.network().withParameters(far))).isInfinite();
    }

    @Test
    void stepsThatWouldAllLeaveTheNumbersEndTheTraining() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        TrainingSettings settings =
                TrainingSettings.of(new SgdSettings(Schedule.constant(Double.MAX_VALUE), 0), Stopping.afterSteps(1000));
        ParameterVector steep = problem.network().parameters().copy();
        steep.scale(100);
        assertThatThrownBy(() -> Trainer.of(problem.network().withParameters(steep), problem.pass(), settings)
                        .train())
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("like 20 before it")
                .hasMessageContaining("lower the learning rate");
    }

    @Test
    void rowsOfStatisticsWithoutWeightLetAStepPass() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < problem.rows().size(); i++) {
            rows.add(problem.rows().get(i).withWeight(i == 20 ? 1 : 0));
        }
        LocalStepPass pass = new LocalStepPass(List.of(Row.blocks(Precision.DOUBLE, 3, rows)), Precision.DOUBLE, false);
        Averaging seldom = new Averaging(Fisher.monteCarlo(1, 7), 0.1, 1, 0.9, 4);
        List<OptimiserSettings> all = List.of(
                new AdaptiveSettings(1, 3, 4, 0.5, seldom),
                new CurvatureSettings(
                        Method.FACTORED, Schedule.constant(0.1), 0.8, Damping.absolute(0.1), 0.1, seldom));
        for (OptimiserSettings optimiser : all) {
            TrainingResult result = Trainer.of(
                            problem.network(), pass, settings(optimiser, 60).withBatch(BatchSettings.full()))
                    .train();
            assertThat(result.state().weights().isFinite()).isTrue();
            assertThat(result.state().memory().statistics())
                    .as("some step has met the one row that weighs something")
                    .isPresent();
        }
    }

    @Test
    void whatHasLostPatienceWhenItIsResumedMakesNoStep() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        LocalStepPass wrong = mislabelled(problem);
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
    void theBitsDoNotDependOnTheThreadsOfTheDriver() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 400, 20, 20, 20, 20, 3);
        LocalStepPass pass = new LocalStepPass(
                List.of(Row.blocks(Precision.DOUBLE, 400, random.rows(network, 30))), Precision.DOUBLE, false);
        for (Method method : List.of(Method.FACTORED, Method.EIGEN)) {
            OptimiserSettings optimiser = new CurvatureSettings(
                    method, Schedule.constant(0.1), 0.8, Damping.absolute(0.1), 0.1, Problem.averaging(1, 1));
            List<double[]> weights = new ArrayList<>();
            for (int threads : new int[] {1, 2, 3}) {
                weights.add(Problem.weights(Trainer.of(network, pass, settings(optimiser, 3))
                                .in(Surroundings.ofThisMachine(threads))
                                .train())
                        .toArray());
            }
            assertThat(weights.get(1)).isEqualTo(weights.get(0));
            assertThat(weights.get(2)).isEqualTo(weights.get(0));
        }
    }

    @Test
    void aStepThatRaisesTheLossIsShortenedOrRefusedAndTheDampingGrows() {
        int[] refused = {0};
        int[] shortened = {0};
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            Kept kept = new Kept();
            AdaptiveSettings careless = new AdaptiveSettings(1e-8, 1, 1000, 0.1, Problem.averaging(1, 20));
            TrainingSettings settings =
                    TrainingSettings.of(careless, Stopping.afterSteps(15)).withBatch(BatchSettings.of(6));
            Trainer.of(problem.network(), problem.pass(), settings)
                    .withMetrics(kept)
                    .train();
            double damping = 1e-8;
            for (StepRecord step : kept.steps) {
                if (step.outcome() == StepOutcome.REFUSED) {
                    refused[0]++;
                    assertThat(step.distance()).isZero();
                }
                if (step.outcome() == StepOutcome.SHORTENED) {
                    shortened[0]++;
                    assertThat(step.distance()).isPositive();
                }
                if (step.outcome() != StepOutcome.TAKEN && step.cost().jobs() > 1) {
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
            Kept kept = new Kept();
            List<double[]> losses = new ArrayList<>();
            List<Double> lengths = new ArrayList<>();
            Regularisation decay = new Regularisation(0.1, false);
            StepPass watching = answering(problem.pass(), (network, request, sums) -> {
                if (request.trials().size() == 2) {
                    ParameterVector whole = request.trials().get(0).copy();
                    whole.add(-1, network.parameters());
                    ParameterVector part = request.trials().get(1).copy();
                    part.add(-1, network.parameters());
                    lengths.add(part.norm());
                    part.scale(4);
                    Near.assertNear("a quarter", part, whole, 1e-9);
                    losses.add(new double[] {
                        sums.trials().get(0).meanLoss()
                                + decay.value(request.trials().get(0)),
                        sums.trials().get(1).meanLoss()
                                + decay.value(request.trials().get(1)),
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
                        .isEqualTo(
                                wholeIsNoWorse
                                        ? StepOutcome.TAKEN
                                        : partIsBetter ? StepOutcome.SHORTENED : StepOutcome.REFUSED);
                if (step.outcome() == StepOutcome.SHORTENED) {
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
            Kept kept = new Kept();
            Averaging little = new Averaging(Fisher.monteCarlo(1, 7), 0.125, 1, 0.95, 20);
            TrainingSettings settings = TrainingSettings.of(
                            new AdaptiveSettings(1e-3, 5, 20, 0.25, little), Stopping.afterSteps(40))
                    .with(new Regularisation(1e-4, true), 0);
            TrainingResult result = Trainer.of(problem.network(), problem.pass(), settings)
                    .withMetrics(kept)
                    .train();
            double lowest = Double.POSITIVE_INFINITY;
            for (StepRecord step : kept.steps) {
                boolean isTakenBack = step.cost().jobs() == 1 && step.outcome() != StepOutcome.TAKEN;
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

    /** What a port has been asked of the rows of a step, and its answer. */
    private record Asked(ParameterVector weights, StepRequest request, StepSums sums) {
        double value(Regularisation decay) {
            return sums.fit().meanLoss() + decay.value(weights);
        }

        /** At the parameters of the step after, on the rows of this one. */
        double valueAfter(Asked next, Regularisation decay) {
            assertThat(next.request().losses()).isEqualTo(request.gradient());
            assertThat(next.request().trials()).hasSize(1);
            Near.assertNear("where it led", next.request().trials().get(0), next.weights(), 0);
            return next.sums().trials().get(0).meanLoss() + decay.value(next.weights());
        }
    }

    private static final AdaptiveSettings NEVER_MEASURING =
            new AdaptiveSettings(1e-8, 100, 1000, 0.1, Problem.averaging(1, 20));

    /** Between two measurements of ρ the first job of the next step sees the rows of a batch again. */
    @Test
    void anAdaptiveStepThatRaisesTheLossOfItsBatchIsTakenBackByTheNext() {
        int[] shortened = {0};
        int[] refused = {0};
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            Regularisation decay = new Regularisation(0.1, false);
            List<Asked> asked = new ArrayList<>();
            StepPass watching = answering(problem.pass(), (network, request, sums) -> {
                if (!request.gradient().isEmpty()) {
                    asked.add(new Asked(network.parameters().copy(), request, sums));
                }
                return sums;
            });
            Kept kept = new Kept();
            Trainer.of(
                            problem.network(),
                            watching,
                            TrainingSettings.of(NEVER_MEASURING, Stopping.afterSteps(15))
                                    .withBatch(BatchSettings.of(6))
                                    .with(decay, 0))
                    .withMetrics(kept)
                    .train();
            int checked = -1; // the step whose rows the next one asks
            for (int i = 0; i + 1 < asked.size(); i++) {
                if (checked >= 0) {
                    Asked before = asked.get(checked);
                    double change = before.valueAfter(asked.get(i), decay) - before.value(decay);
                    boolean again = checked < i - 1;
                    StepRecord step = kept.steps.get(i);
                    if (Double.isFinite(change) && !Objective.isRaised(before.value(decay), change)) {
                        checked = -1;
                    } else if (again) {
                        refused[0]++;
                        assertThat(step.outcome()).isEqualTo(StepOutcome.REFUSED);
                        assertThat(step.cost().jobs()).isEqualTo(1);
                        Near.assertNear("back", asked.get(i + 1).weights(), before.weights(), 0);
                        checked = -1;
                        continue;
                    } else {
                        shortened[0]++;
                        assertThat(step.outcome()).isEqualTo(StepOutcome.SHORTENED);
                        assertThat(step.cost().jobs()).isEqualTo(1);
                        ParameterVector part = asked.get(i).weights().copy();
                        part.scale(0.125);
                        part.add(0.875, before.weights());
                        Near.assertNear("an eighth", asked.get(i + 1).weights(), part, 1e-12);
                        continue;
                    }
                }
                if (kept.steps.get(i).outcome() == StepOutcome.TAKEN) {
                    assertThat(kept.steps.get(i).cost().jobs()).isEqualTo(i < 14 ? 2 : 3);
                    checked = i;
                }
            }
        });
        assertThat(shortened[0]).isPositive();
        assertThat(refused[0]).isPositive();
    }

    @Test
    void theDampingGrowsWhereAStepIsTakenBack() {
        int[] grown = {0};
        Cases.each(10, random -> {
            Kept kept = new Kept();
            Trainer.of(
                            Problem.of(random, "poisson").network(),
                            Problem.of(random, "poisson").pass(),
                            TrainingSettings.of(NEVER_MEASURING, Stopping.afterSteps(15))
                                    .withBatch(BatchSettings.of(6)))
                    .withMetrics(kept)
                    .train();
            double factor = NEVER_MEASURING.dampingFactor();
            double expected = 1e-8;
            for (StepRecord step : kept.steps) {
                if (step.cost().jobs() == 1) {
                    expected /= factor;
                    grown[0]++;
                } else {
                    Near.assertNear("λ", step.choice().damping(), expected, 1e-9);
                }
            }
        });
        assertThat(grown[0]).isPositive();
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
                                .withBatch(new BatchSettings(6, 4, 4))
                                .with(Regularisation.NONE, 0))
                .train();
        List<StepRequest> first = counting.requests().stream()
                .filter(request -> !request.gradient().isEmpty())
                .toList();
        assertThat(first.stream().map(request -> request.gradient().rows()))
                .containsExactly(6L, 10L, 15L, 24L, 24L, 24L);
        assertThat(first.stream().map(request -> request.losses().rows())).containsExactly(0L, 6L, 10L, 15L, 0L, 0L);
    }

    @Test
    void fixedStepsAreNotChecked() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            boolean adaptive = optimiser instanceof AdaptiveSettings
                    || (optimiser instanceof PerturbationSettings around && around.base() instanceof AdaptiveSettings);
            Problem.Counting counting = new Problem.Counting(problem.pass());
            Trainer.of(problem.network(), counting, settings(optimiser, 3).with(Regularisation.NONE, 0))
                    .train();
            assertThat(counting.requests().stream()
                            .anyMatch(request -> !request.gradient().isEmpty()
                                    && !request.losses().isEmpty()))
                    .as(optimiser.toString())
                    .isEqualTo(adaptive);
        }
    }

    /** The last step has no next one: its rows are asked in a job of its own. */
    @Test
    void theLastAdaptiveStepDoesNotRaiseTheLossOfItsBatchEither() {
        List<StepOutcome> outcomes = new ArrayList<>();
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            long[] clock = {0};
            for (Stopping stopping : List.of(
                    Stopping.afterSteps(1),
                    Stopping.afterSteps(1000).withEpochs(0.25),
                    Stopping.afterSteps(1000).withSeconds(1e-9))) {
                Problem.Counting counting = new Problem.Counting(problem.pass());
                Kept kept = new Kept();
                TrainingResult result = Trainer.of(
                                problem.network(),
                                counting,
                                TrainingSettings.of(NEVER_MEASURING, stopping).withBatch(BatchSettings.of(6)))
                        .withMetrics(kept)
                        .in(Surroundings.ofThisMachine(1).withClock(() -> clock[0]++))
                        .train();
                assertThat(kept.steps).hasSize(1);
                StepRecord step = kept.steps.get(0);
                RowSelection rows = counting.requests().get(0).gradient();
                ParameterVector weights = result.state().weights();
                double after = problem.pass()
                        .pass(problem.network(), StepRequest.losses(rows, List.of(weights)))
                        .trials()
                        .get(0)
                        .meanLoss();
                assertThat(after).isLessThanOrEqualTo(step.loss() + 1e-12 * Math.abs(step.loss()));
                ParameterVector move = weights.copy();
                move.add(-1, problem.network().parameters());
                Near.assertNear("‖δ‖", step.distance(), move.norm(), 1e-12);
                assertThat(step.distance() == 0).isEqualTo(step.outcome() == StepOutcome.REFUSED);
                assertThat(step.cost().jobs()).isEqualTo(3);
                assertThat(result.state().progress().unchecked().isNone()).isTrue();
                outcomes.add(step.outcome());
            }
        });
        assertThat(outcomes).containsOnly(StepOutcome.TAKEN, StepOutcome.SHORTENED);
        assertThat(outcomes).contains(StepOutcome.SHORTENED);
    }

    @Test
    void nothingIsLeftOfALastStepOfWhichAnEighthIsNoBetter() {
        int[] refused = {0};
        Cases.each(30, random -> {
            Problem problem = Problem.of(random, "poisson");
            StepPass pessimist = answering(problem.pass(), (network, request, sums) -> {
                if (request.trials().size() < 2) {
                    return sums;
                }
                ParameterVector whole = request.trials().get(0);
                return problem.pass().pass(network, StepRequest.losses(request.losses(), List.of(whole, whole)));
            });
            Kept kept = new Kept();
            TrainingResult result = Trainer.of(
                            problem.network(),
                            pessimist,
                            TrainingSettings.of(NEVER_MEASURING, Stopping.afterSteps(1))
                                    .withBatch(BatchSettings.of(6)))
                    .withMetrics(kept)
                    .train();
            if (kept.steps.get(0).outcome() != StepOutcome.TAKEN) {
                refused[0]++;
                assertThat(kept.steps.get(0).outcome()).isEqualTo(StepOutcome.REFUSED);
                Near.assertNear(
                        "back", result.state().weights(), problem.network().parameters(), 0);
                assertThat(result.state().memory().number("lambda", 0)).isGreaterThan(1.1e-8);
            }
        });
        assertThat(refused[0]).isPositive();
    }

    @Test
    void rowsWithoutWeightMoveNothing() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<Row> rows = problem.rows().stream().map(row -> row.withWeight(0)).toList();
        LocalStepPass pass = new LocalStepPass(List.of(Row.blocks(Precision.DOUBLE, 3, rows)), Precision.DOUBLE, false);
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            TrainingResult result =
                    Trainer.of(problem.network(), pass, settings(optimiser, 2)).train();
            Near.assertNear(
                    "weights", Problem.weights(result), problem.network().parameters(), 0);
        }
    }

    @Test
    void batchesVisitEveryRowOnceAnEpoch() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (int size : new int[] {1, 5, 7, 23}) {
            Batches batches = new Batches(problem.pass().blocks(), 3, 11);
            BatchCursor cursor = BatchCursor.START;
            int[] seen = new int[24];
            for (int i = 0; i < 24; i++) { // `size` epochs
                Batches.Batch batch = batches.next(cursor, size);
                assertThat(batch.rows().rows()).isEqualTo(size);
                batch.rows().ranges().forEach(range -> {
                    int first = new int[] {0, 6, 10, 17}[range.block()] + range.first();
                    for (int row = first; row < first + range.count(); row++) {
                        seen[row]++;
                    }
                });
                cursor = batch.next();
            }
            assertThat(seen).containsOnly(size);
            assertThat(cursor).isEqualTo(new BatchCursor(size, 0, 0));
        }
        Batches batches = new Batches(problem.pass().blocks(), 3, 11);
        assertThat(batches.order(0)).isNotEqualTo(batches.order(1));
        assertThat(batches.order(4)).isEqualTo(new Batches(problem.pass().blocks(), 3, 11).order(4));
        assertThat(batches.order(0)).isNotEqualTo(new Batches(problem.pass().blocks(), 3, 12).order(0));
        assertThat(batches.next(new BatchCursor(3, 1, 1), 24).next()).isEqualTo(new BatchCursor(4, 0, 0));
    }

    @Test
    void batchesGrowToAllRows() {
        BatchSettings growing = new BatchSettings(1000, 500, 256);
        assertThat(growing.at(1, 60_000)).isEqualTo(1000);
        assertThat(growing.at(500, 60_000)).isEqualTo(60_000);
        assertThat(growing.at(2, 60_000)).isEqualTo(Math.round(1000 * Math.pow(60, 1.0 / 499)));
        assertThat(growing.at(900, 60_000)).isEqualTo(60_000);
        assertThat(growing.at(1, 100)).isEqualTo(100);
        assertThat(BatchSettings.full().at(1, 77)).isEqualTo(77);
    }

    @Test
    void schedulesAreThoseOfTheirFormulas() {
        assertThat(Schedule.constant(0.1).at(99)).isEqualTo(0.1);
        Schedule steps = new Schedule.Steps(1, 0.5, 10);
        assertThat(steps.at(10)).isEqualTo(1);
        assertThat(steps.at(11)).isEqualTo(0.5);
        Schedule exponential = new Schedule.Exponential(1, 0.5);
        assertThat(exponential.at(1)).isEqualTo(1);
        assertThat(exponential.at(4)).isEqualTo(0.125);
        Schedule cosine = new Schedule.Cosine(1, 0.1, 11);
        assertThat(cosine.at(1)).isEqualTo(1);
        Near.assertNear("middle", cosine.at(6), 0.55, 1e-15);
        Near.assertNear("end", cosine.at(11), 0.1, 1e-15);
        Near.assertNear("after", cosine.at(50), 0.1, 1e-15);
    }

    @Test
    void theIterateAverageIsThatOfItsFormula() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<ParameterVector> iterates = new ArrayList<>();
        List<ParameterVector> averages = new ArrayList<>();
        Trainer.of(
                        problem.network(),
                        problem.pass(),
                        settings(new SgdSettings(Schedule.constant(0.1), 0), 12).withPeriods(10, 1))
                .withStore((state, isBest, end) -> {
                    iterates.add(state.weights().copy());
                    averages.add(state.average().map(ParameterVector::copy).orElseThrow());
                })
                .train();
        ParameterVector expected = ParameterVector.zeros(problem.network().layers());
        for (int k = 1; k <= 12; k++) {
            double xi = Math.min(1 - 1.0 / k, 0.9);
            expected.scale(xi);
            expected.add(1 - xi, iterates.get(k - 1));
            Near.assertNear("average", averages.get(k - 1), expected, 1e-13);
        }
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
            better += state.averageIsBetter() ? 1 : 0;
        }
        assertThat(better).isEqualTo(1);
    }

    @Test
    void aDampingOfZeroIsSearchedForInTheFirstStep() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        double[] losses = new double[2];
        for (int i = 0; i < 2; i++) {
            Kept kept = new Kept();
            AdaptiveSettings optimiser = new AdaptiveSettings(i == 0 ? 150 : 0, 5, 20, 1, Problem.averaging(1, 20));
            TrainingResult result = Trainer.of(
                            problem.network(), problem.pass(), TrainingSettings.of(optimiser, Stopping.afterSteps(1)))
                    .withMetrics(kept)
                    .train();
            losses[i] = problem.loss(result.model());
            double damping = kept.steps.get(0).choice().damping();
            assertThat(damping).isBetween(i == 0 ? 150 : 1e-6, i == 0 ? 150.0 : 1000);
            assertThat(kept.steps.get(0).cost().jobs()).isBetween(2, 22);
        }
        assertThat(losses[1]).isLessThan(losses[0]);
    }

    @Test
    void aSingleRowAndALinearModelTrainToo() {
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "tanh", 2, 1);
        List<Row> rows = List.of(Row.of(new double[] {1, 2}, new double[] {3}, 1));
        LocalStepPass pass = new LocalStepPass(List.of(Row.blocks(Precision.DOUBLE, 2, rows)), Precision.DOUBLE, false);
        AdaptiveSettings optimiser = new AdaptiveSettings(1e-3, 1, 5, 1, Problem.averaging(1, 5));
        TrainingResult result = Trainer.of(network, pass, TrainingSettings.of(optimiser, Stopping.afterSteps(40)))
                .train();
        DoubleMatrix w = result.model().parameters().block(0);
        Near.assertNear("f", w.get(0, 0) + 2 * w.get(0, 1) + w.get(0, 2), 3, 1e-6);
        assertThat(Optional.of(result.reason())).contains(StopReason.STEPS);
    }
}
