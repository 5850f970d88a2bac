package org.sparkkfac.cli.command;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.cli.console.StopSignals;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.console.TrainingProgress;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.text.SkippedText;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.training.TrainingDirectory;
import org.sparkkfac.spark.TrainingWatch;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.state.TrainingCounters;

/** A training on the console: its stages, its progress, bad rows, and the signals that end it. */
final class TrainConsole implements TrainingWatch {
    private static final Logger LOG = LoggerFactory.getLogger(TrainConsole.class);

    private final TrainCommand command;
    private final Optional<Location> quarantine;
    private final TrainingProgress progress;
    private Optional<StopSignals> signals = Optional.empty();
    private long lastStep;

    TrainConsole(TrainCommand command, Optional<Location> quarantine, Stopping stopping) {
        this.command = command;
        this.quarantine = quarantine;
        this.progress = TrainingProgress.forStandardError(stopping);
    }

    @Override
    public <T> T stage(String name, Supplier<T> work) {
        return command.stages.time(name, work::get);
    }

    @Override
    public <T> T steps(Supplier<T> work, Runnable giveUp) {
        try (StopSignals open = new StopSignals(TrainConsole::announceStop, giveUp)) {
            signals = Optional.of(open);
            return stage("train", work);
        }
    }

    private static void announceStop() {
        LOG.info("asked to stop: the step at hand is finished and kept; a second signal would end without it");
    }

    @Override
    public void opened(SkippedRows training, Optional<SkippedRows> validation) {
        command.print(
                SkippedText.of(training, quarantine),
                validation.map(SkippedText::ofValidation).orElse(""));
    }

    @Override
    public void resumed(TrainingCounters before, long rowsOfEpoch) {
        lastStep = before.step();
        progress.goOnFrom(before, rowsOfEpoch);
    }

    @Override
    public void step(StepRecord step) {
        lastStep = step.step();
        progress.add(step);
    }

    @Override
    public boolean isStopRequested() {
        return signals.map(StopSignals::isStopRequested).orElse(false);
    }

    /** Says what a signal has left, and gives its exit code. */
    int stopped(TrainingDirectory directory) {
        boolean overwrite = directory.existing() == TrainingDirectory.Existing.OVERWRITE;
        command.warn("kfac: stopped by a signal after step " + Table.count(lastStep) + ", which is kept in "
                + directory.checkpoints() + "; the same command with --resume"
                + (overwrite ? " in place of --overwrite" : "") + " goes on");
        return signals.map(StopSignals::exitCode).orElse(ExitCodes.DONE);
    }
}
