package org.sparkkfac.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.TrainingState;
import org.sparkkfac.train.state.Verdict;

/** Steps that lead to where the loss, its gradient or parameters are not finite. */
final class NotFiniteLossTest {
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
    void aStepToWhereTheLossIsNotFiniteIsTakenBack() {
        // exp f overflows: the first step is far too long.
        Problem problem = Problem.of(Cases.one(), "poisson");
        Problem.Kept kept = new Problem.Kept();
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
                .startsWith(Verdict.ACCEPT, Verdict.SHORTEN, Verdict.REJECT, Verdict.ACCEPT);
        assertThat(kept.steps.get(3).loss()).isEqualTo(kept.steps.get(0).loss());
    }

    @Test
    void aGradientThatIsNotFiniteMovesNothingToNaN() {
        Problem problem = Problem.of(Cases.one(), "softmax");
        for (OptimiserSettings optimiser : Problem.optimisers()) {
            Problem.Kept kept = new Problem.Kept();
            Pass failing = Problem.answering(problem.pass(), (network, request, sums) -> {
                if (!Asked.gradient(request).isEmpty() && (kept.steps.size() == 2 || kept.steps.size() == 3)) {
                    sums.matrices().get(0).set(0, 0, Double.NaN);
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
                    .startsWith(Verdict.ACCEPT, Verdict.ACCEPT, Verdict.SHORTEN, Verdict.REJECT);
            assertThat(kept.steps.get(4).loss()).isEqualTo(kept.steps.get(1).loss());
            assertThat(result.state().progress().consecutiveRejections()).isZero();
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
                                Problem.settings(new SgdSettings(Schedule.constant(0.1), 0), 3))
                        .train())
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("step 1")
                .hasMessageContaining("smaller weights");
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
                // The third step has itself put the parameters back.
                assertThat(result.state().choice()).isEqualTo(steps == 3 ? ModelChoice.LAST : ModelChoice.BEFORE);
            }
        }
        ParameterVector far = problem.network().parameters().copy();
        far.add(
                1e200,
                Asked.meanGradient(problem.pass()
                        .run(
                                problem.network(),
                                Request.gradient(
                                        problem.network(),
                                        problem.pass().blocks().all()))));
        assertThat(problem.loss(problem.network().withParameters(far))).isInfinite();
    }
}
