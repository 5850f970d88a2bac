package org.sparkkfac.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;
import org.sparkkfac.train.state.BatchCursor;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

final class TrainerTest {
    static Stream<OptimiserSettings> optimisers() {
        return Problem.optimisers().stream();
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void everyOptimiserLowersTheLoss(OptimiserSettings optimiser) {
        for (String likelihood : List.of("softmax", "sigmoid", "gaussian", "poisson")) {
            Problem problem = Problem.of(Cases.one(), likelihood);
            Problem.Kept kept = new Problem.Kept();
            TrainingResult result = Trainer.of(problem.network(), problem.pass(), Problem.settings(optimiser, 40))
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
        Problem.Kept kept = new Problem.Kept();
        Trainer.of(
                        problem.network(),
                        counting,
                        Problem.settings(optimiser, steps).with(Regularisation.NONE, 0))
                .withMetrics(kept)
                .train();
        int inSteps = kept.steps.stream().mapToInt(step -> step.cost().jobs()).sum();
        // At the end the loss of the model, and before it that of the last step's rows where it has not been asked.
        RowSelection batch = Problem.settings(optimiser, steps).batch().example(4);
        boolean asksRowsOfLastStep = optimiser.requests(problem.network(), batch, false).stream()
                        .anyMatch(
                                expected -> !Asked.gradient(expected.request()).isEmpty()
                                        && !Asked.losses(expected.request()).isEmpty())
                && Double.isNaN(kept.steps.get(steps - 1).choice().ratio());
        assertThat(counting.requests()).hasSize(inSteps + (asksRowsOfLastStep ? 2 : 1));
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
    void aFixedStepIsOneCallAnAdaptiveOneTwoAndThreeWhereTheRatioIsMeasured() {
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            if (optimiser instanceof AdaptiveSettings) {
                assertThat(jobs(optimiser, 7)).containsExactly(2, 2, 3, 2, 2, 3, 2);
            } else if (optimiser instanceof PerturbationSettings perturbation) {
                boolean adaptive = perturbation.base() instanceof AdaptiveSettings;
                assertThat(jobs(optimiser, 4))
                        .as(optimiser.toString())
                        .isEqualTo(adaptive ? List.of(4, 4, 5, 4) : List.of(3, 3, 3, 3));
            } else {
                assertThat(jobs(optimiser, 4)).as(optimiser.toString()).containsOnly(1);
            }
        }
    }

    @Test
    void theFirstAdaptiveStepHasNoMomentum() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        Problem.Kept kept = new Problem.Kept();
        Trainer.of(
                        problem.network(),
                        problem.pass(),
                        Problem.settings(new AdaptiveSettings(1, 5, 20, 1, Problem.averaging(1, 20)), 2))
                .withMetrics(kept)
                .train();
        assertThat(kept.steps.get(0).choice().momentum()).isZero();
        assertThat(kept.steps.get(1).choice().momentum()).isNotZero();
    }

    @Test
    void theClippingShowsInTheRecord() {
        Problem problem = Problem.of(Cases.one(), "gaussian");
        Problem.Kept kept = new Problem.Kept();
        CurvatureSettings optimiser = new CurvatureSettings(
                Method.FACTORED, Schedule.constant(1), 0, Damping.absolute(0.01), 1e-4, Problem.averaging(1, 1));
        Trainer.of(problem.network(), problem.pass(), Problem.settings(optimiser, 3))
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
    void stoppedOnRequestItGoesOnAsIfItHadNotStopped() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        TrainingSettings settings = Problem.settings(new SgdSettings(Schedule.constant(0.2), 0.9), 9)
                .withPeriods(4, 1000);
        Problem.Kept kept = new Problem.Kept();
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
        TrainingResult stopped = trainer.in(Environment.ofThisMachine(1).withStop(() -> ++asked[0] == 6))
                .train();
        assertThat(stopped.reason()).isEqualTo(StopReason.REQUEST);
        assertThat(saved.get(saved.size() - 1)).as("of the stop").isEmpty();
        TrainingState resumed = trainer.train(stopped.state()).state();
        assertThat(resumed.weights().norm()).isEqualTo(whole.weights().norm());
        assertThat(resumed.progress().bestLoss()).isEqualTo(whole.progress().bestLoss());
        assertThat(kept.steps.stream().map(StepRecord::validation).toList()).isEqualTo(validations);
    }

    @Test
    void rowsOfStatisticsWithoutWeightLetAStepPass() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < problem.rows().size(); i++) {
            rows.add(problem.rows().get(i).withWeight(i == 20 ? 1 : 0));
        }
        LocalPass pass = new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 3, rows)), Precision.DOUBLE, false);
        Averaging seldom = new Averaging(Fisher.monteCarlo(1, 7), 0.1, 1, 0.9, 4);
        List<OptimiserSettings> all = List.of(
                new AdaptiveSettings(1, 3, 4, 0.5, seldom),
                new CurvatureSettings(
                        Method.FACTORED, Schedule.constant(0.1), 0.8, Damping.absolute(0.1), 0.1, seldom));
        for (OptimiserSettings optimiser : all) {
            TrainingResult result = Trainer.of(
                            problem.network(),
                            pass,
                            Problem.settings(optimiser, 60).withBatch(BatchSettings.full()))
                    .train();
            assertThat(result.state().weights().isFinite()).isTrue();
            assertThat(result.state().optimiser().statistics())
                    .as("some step has met the one row that weighs something")
                    .isPresent();
        }
    }

    @Test
    void theBitsDoNotDependOnTheThreadsOfTheDriver() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 400, 20, 20, 20, 20, 3);
        LocalPass pass = new LocalPass(
                List.of(Row.blocks(Precision.DOUBLE, 400, random.rows(network, 30))), Precision.DOUBLE, false);
        for (Method method : List.of(Method.FACTORED, Method.EIGEN)) {
            OptimiserSettings optimiser = new CurvatureSettings(
                    method, Schedule.constant(0.1), 0.8, Damping.absolute(0.1), 0.1, Problem.averaging(1, 1));
            List<double[]> weights = new ArrayList<>();
            for (int threads : new int[] {1, 2, 3}) {
                weights.add(Problem.weights(Trainer.of(network, pass, Problem.settings(optimiser, 3))
                                .in(Environment.ofThisMachine(threads))
                                .train())
                        .toArray());
            }
            assertThat(weights.get(1)).isEqualTo(weights.get(0));
            assertThat(weights.get(2)).isEqualTo(weights.get(0));
        }
    }

    @Test
    void rowsWithoutWeightMoveNothing() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<Row> rows = problem.rows().stream().map(row -> row.withWeight(0)).toList();
        LocalPass pass = new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 3, rows)), Precision.DOUBLE, false);
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            TrainingResult result = Trainer.of(problem.network(), pass, Problem.settings(optimiser, 2))
                    .train();
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
                        Problem.settings(new SgdSettings(Schedule.constant(0.1), 0), 12)
                                .withPeriods(10, 1))
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
    void aDampingOfZeroIsSearchedForInTheFirstStep() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        double[] losses = new double[2];
        for (int i = 0; i < 2; i++) {
            Problem.Kept kept = new Problem.Kept();
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
        LocalPass pass = new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 2, rows)), Precision.DOUBLE, false);
        AdaptiveSettings optimiser = new AdaptiveSettings(1e-3, 1, 5, 1, Problem.averaging(1, 5));
        TrainingResult result = Trainer.of(network, pass, TrainingSettings.of(optimiser, Stopping.afterSteps(40)))
                .train();
        DoubleMatrix w = result.model().parameters().block(0);
        Near.assertNear("f", w.get(0, 0) + 2 * w.get(0, 1) + w.get(0, 2), 3, 1e-6);
        assertThat(Optional.of(result.reason())).contains(StopReason.STEPS);
    }
}
