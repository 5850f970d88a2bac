package org.sparkkfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.Verdict;

final class ConvergenceTest {
    private static final StepChoice NONE = new StepChoice(0, 0, 0, 0, 0, 0, false);

    @Test
    void fiveCalmStepsOneAfterTheOtherAreTheEnd() {
        Convergence convergence = new Convergence(1e-2);
        for (double loss : new double[] {2, 1, 1, 1.001, 1, 1.002, 0.5, 0.5, 0.501, 0.5, 0.499}) {
            convergence.add(step(loss));
            assertThat(convergence.isReached()).isFalse();
        }
        convergence.add(step(0.5));
        assertThat(convergence.firstLoss()).isEqualTo(2);
        assertThat(convergence.isReached()).isTrue();
    }

    @Test
    void withoutToleranceThereIsNoEnd() {
        Convergence convergence = new Convergence(0);
        for (int i = 0; i < 20; i++) {
            convergence.add(step(1));
        }
        assertThat(convergence.isReached()).isFalse();
    }

    private static StepRecord step(double loss) {
        return new StepRecord(
                1,
                1,
                1,
                loss,
                0,
                "accuracy",
                NONE,
                Verdict.ACCEPT,
                1,
                new StepCost(1, 1, 0, 0, 0, 0),
                Optional.empty());
    }
}
