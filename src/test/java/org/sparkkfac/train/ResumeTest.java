package org.sparkkfac.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;

/** Oracle 19: stopped after any step and gone on with from bytes, training ends in the same bits. */
final class ResumeTest {
    private static final int STEPS = 9;
    private static final AdaptiveSettings CARELESS =
            new AdaptiveSettings(1e-8, 100, 1000, 0.1, Problem.averaging(1, 20));

    static Stream<OptimiserSettings> optimisers() {
        return Problem.optimisers().stream();
    }

    private static Trainer trainer(Problem problem, OptimiserSettings optimiser, List<byte[]> states) {
        TrainingSettings settings = TrainingSettings.of(optimiser, Stopping.afterSteps(STEPS))
                .withBatch(new BatchSettings(7, STEPS + 2, 4))
                .with(new Regularisation(1e-3, false), 0.8)
                .withPeriods(2, 1);
        return Trainer.of(problem.network(), problem.pass(), settings)
                .withValidation(problem.pass())
                .in(Environment.ofThisMachine(1).withClock(() -> 0))
                .withStore((state, isBest, end) -> states.add(StateBytes.of(state)));
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void stoppedAfterAnyStepAndResumedItEndsInTheSameBits(OptimiserSettings optimiser) {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<byte[]> states = new ArrayList<>();
        trainer(problem, optimiser, states).train();
        assertThat(states).hasSize(STEPS);
        for (int stopped = 1; stopped < STEPS; stopped++) {
            List<byte[]> resumed = new ArrayList<>();
            trainer(problem, optimiser, resumed).train(StateBytes.read(problem, optimiser, states.get(stopped - 1)));
            assertThat(resumed).hasSize(STEPS - stopped);
            for (int i = 0; i < resumed.size(); i++) {
                assertThat(resumed.get(i))
                        .as(optimiser.name() + " stopped after " + stopped + ", step " + (stopped + i + 1))
                        .isEqualTo(states.get(stopped + i));
            }
        }
    }

    static Stream<OptimiserSettings> optimisersAndCareless() {
        return Stream.concat(optimisers(), Stream.of(CARELESS));
    }

    /** What an end decides of the model is not what training goes on from. */
    @ParameterizedTest
    @MethodSource("optimisersAndCareless")
    void endedAndExtendedItIsAsIfItHadNotEnded(OptimiserSettings optimiser) {
        Set<ModelChoice> choices = EnumSet.noneOf(ModelChoice.class);
        Cases.each(10, random -> {
            Problem problem = Problem.of(random, "poisson");
            byte[] whole = StateBytes.of(undecided(ended(problem, optimiser, STEPS)
                    .train(TrainingState.start(problem.network().parameters()))
                    .state()));
            for (int first = 1; first < STEPS; first++) {
                TrainingState end = ended(problem, optimiser, first)
                        .train(TrainingState.start(problem.network().parameters()))
                        .state();
                choices.add(end.choice());
                TrainingState extended = ended(problem, optimiser, STEPS)
                        .train(StateBytes.read(problem, optimiser, StateBytes.of(end)))
                        .state();
                assertThat(StateBytes.of(undecided(extended)))
                        .as(optimiser.name() + " ended after " + first)
                        .isEqualTo(whole);
            }
        });
        if (optimiser.equals(CARELESS)) {
            assertThat(choices).contains(ModelChoice.SHORTENED);
        }
    }

    private static Trainer ended(Problem problem, OptimiserSettings optimiser, int steps) {
        TrainingSettings settings = TrainingSettings.of(optimiser, Stopping.afterSteps(steps))
                .withBatch(new BatchSettings(7, STEPS - 2, 4))
                .with(Regularisation.NONE, 0.8);
        return Trainer.of(problem.network(), problem.pass(), settings)
                .in(Environment.ofThisMachine(1).withClock(() -> 0));
    }

    private static TrainingState undecided(TrainingState state) {
        return new TrainingState(
                state.progress(),
                state.weights(),
                state.before(),
                state.average(),
                ModelChoice.LAST,
                state.optimiser());
    }

    /** A step that a resumed training takes back was made before it stopped. */
    @Test
    void stoppedBeforeAStepIsTakenBackItEndsInTheSameBits() {
        int[] differ = {0};
        Cases.each(10, random -> {
            Problem problem = Problem.of(random, "poisson");
            List<byte[]> states = new ArrayList<>();
            trainer(problem, CARELESS, states).train();
            for (int stopped = 1; stopped < STEPS; stopped++) {
                TrainingState known = StateBytes.read(problem, CARELESS, states.get(stopped - 1));
                List<byte[]> resumed = new ArrayList<>();
                trainer(problem, CARELESS, resumed).train(known);
                assertThat(resumed).containsExactlyElementsOf(states.subList(stopped, STEPS));
                TrainingState unaware = new TrainingState(
                        unaware(known.progress()),
                        known.weights(),
                        known.before(),
                        known.average(),
                        known.choice(),
                        known.optimiser());
                List<byte[]> others = new ArrayList<>();
                trainer(problem, CARELESS, others).train(unaware);
                double[] weights = StateBytes.read(problem, CARELESS, states.get(stopped))
                        .weights()
                        .toArray();
                double[] otherWeights = StateBytes.read(problem, CARELESS, others.get(0))
                        .weights()
                        .toArray();
                differ[0] += Arrays.equals(otherWeights, weights) ? 0 : 1;
            }
        });
        assertThat(differ[0]).as("trainings that show what they forget").isPositive();
    }

    private static TrainingCounters unaware(TrainingCounters known) {
        return new TrainingCounters(
                known.step(),
                known.cursor(),
                known.rowsSeen(),
                known.rowsTouched(),
                known.jobs(),
                known.seconds(),
                known.bestLoss(),
                known.checksSinceBest(),
                known.targetChecked(),
                known.consecutiveRejections(),
                PendingStep.NONE,
                known.metricsPosition());
    }

    @Test
    void aForgottenMemoryWouldShow() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            List<byte[]> states = new ArrayList<>();
            trainer(problem, optimiser, states).train();
            TrainingState known = StateBytes.read(problem, optimiser, states.get(3));
            TrainingState forgetful = new TrainingState(
                    known.progress(),
                    known.weights(),
                    known.before(),
                    known.average(),
                    known.choice(),
                    OptimiserState.empty());
            List<byte[]> resumed = new ArrayList<>();
            trainer(problem, optimiser, resumed).train(forgetful);
            assertThat(StateBytes.read(problem, optimiser, resumed.get(STEPS - 5))
                            .weights()
                            .toArray())
                    .as(optimiser.name())
                    .isNotEqualTo(StateBytes.read(problem, optimiser, states.get(STEPS - 1))
                            .weights()
                            .toArray());
        }
    }
}
