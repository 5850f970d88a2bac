package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparkkfac.Quantities;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.BatchCursor;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.Verdict;

final class TrainingProgressTest {
    private final List<String> lines = new ArrayList<>();

    private TrainingProgress progress(Stopping stopping) {
        return new TrainingProgress(stopping, lines::add, 0, () -> 0);
    }

    private static TrainingCounters made(long steps, double seconds) {
        return new TrainingCounters(steps, BatchCursor.START, 0, 0, 0, seconds, 0, 0, 0, 0, PendingStep.NONE, 0);
    }

    private static StepRecord step(long k, double seconds) {
        double none = Double.NaN;
        return new StepRecord(
                k,
                0,
                1,
                0.5,
                0.5,
                "accuracy",
                new StepChoice(none, none, none, none, none, none, false),
                Verdict.ACCEPT,
                1,
                new StepCost(1, 1, 0, 0, 0, seconds),
                Optional.empty());
    }

    @Test
    void whatIsLeftIsToldByThePaceOfTheSteps() {
        progress(Stopping.afterSteps(100)).add(step(1, 2));
        assertThat(lines.get(0)).endsWith(", " + Quantities.duration(198) + " left");
    }

    @Test
    void stepsOfBeforeAnInterruptionDoNotCountForThePace() {
        TrainingProgress progress = progress(Stopping.afterSteps(100));
        progress.goOnFrom(made(80, 1000), 10);
        progress.add(step(81, 2));
        assertThat(lines.get(0)).endsWith(", " + Quantities.duration(38) + " left");
    }

    @Test
    void secondsOfBeforeAnInterruptionCountForTheLimitOfTime() {
        TrainingProgress progress = progress(Stopping.afterSteps(100).withSeconds(1010));
        progress.goOnFrom(made(80, 1000), 10);
        progress.add(step(81, 2));
        assertThat(lines.get(0)).endsWith(", " + Quantities.duration(8) + " left");
    }
}
