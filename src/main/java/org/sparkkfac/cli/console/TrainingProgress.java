package org.sparkkfac.cli.console;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;
import org.sparkkfac.Quantities;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.state.TrainingCounters;

/** Shows the step at hand on stderr: a line that is drawn over itself on a terminal, else a log line now and then. */
public final class TrainingProgress {
    private static final double TERMINAL_SECONDS = 0.1;
    private static final double LOG_SECONDS = 10;

    private final Stopping stopping;
    private final Consumer<String> show;
    private final double period;
    private final LongSupplier nanoTime;
    private double shown = Double.NEGATIVE_INFINITY;
    private double seconds;
    private double rows;
    private double secondsBefore;
    private double shareBefore;

    TrainingProgress(Stopping stopping, Consumer<String> show, double period, LongSupplier nanoTime) {
        this.stopping = stopping;
        this.show = show;
        this.period = period;
        this.nanoTime = nanoTime;
    }

    /** The one that suits this process. */
    public static TrainingProgress forStandardError(Stopping stopping) {
        if (!Terminal.isStandardErrorInteractive()) {
            Consumer<String> log = LoggerFactory.getLogger(TrainingProgress.class)::info;
            return new TrainingProgress(stopping, log, LOG_SECONDS, System::nanoTime);
        }
        PrintStream err = System.err;
        int columns = Terminal.columns(System.getenv()) - 1;
        Consumer<String> draw = line -> {
            String padded = String.format(Locale.ROOT, "%-" + columns + "s", line);
            err.print("\r" + padded.substring(0, columns));
            err.flush();
        };
        return new TrainingProgress(stopping, draw, TERMINAL_SECONDS, System::nanoTime);
    }

    /** For a training that is resumed: time and share of the steps before do not count for its pace. */
    public void goOnFrom(TrainingCounters before, long rowsOfEpoch) {
        secondsBefore = before.seconds();
        shareBefore = share(before.step(), (double) before.rowsSeen() / rowsOfEpoch);
    }

    /** Shows a step, unless the one before was shown just now. */
    public void add(StepRecord step) {
        seconds += step.cost().seconds();
        rows += (double) step.cost().rowsTouched();
        double now = 1e-9 * nanoTime.getAsLong();
        if (now - shown >= period) {
            shown = now;
            show.accept(line(step));
        }
    }

    private String line(StepRecord step) {
        StringBuilder line = new StringBuilder("step " + Table.count(step.step()));
        line.append(String.format(Locale.ROOT, ", epoch %.1f: loss %s", step.epoch(), Table.number(step.loss())));
        if (Double.isFinite(step.choice().damping())) {
            line.append(", λ ").append(Table.number(step.choice().damping()));
        }
        step.validation().ifPresent(found -> line.append(", validation ").append(Table.number(found.loss())));
        if (seconds > 0) {
            line.append(", ").append(ProgressReporter.rate(Math.round(rows), seconds));
        }
        double share = share(step.step(), step.epoch());
        double made = share - shareBefore;
        double left = made > 0 ? seconds / made * (1 - share) : Double.POSITIVE_INFINITY;
        left = Math.min(left, stopping.seconds() - secondsBefore - seconds);
        if (Double.isFinite(left)) {
            line.append(", ").append(Quantities.duration(Math.max(0, left))).append(" left");
        }
        return line.toString();
    }

    private double share(long step, double epoch) {
        return Math.max((double) step / stopping.steps(), epoch / stopping.epochs());
    }
}
