package org.sparkkfac.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.spark.Progress;

/** A bar that is drawn over itself: percent, parts, time passed and time left, rows a second. */
final class ProgressBarReporter implements Progress {
    private static final String START_OF_LINE = "\r";

    private final PrintStream err;
    private final int columns;
    private @Nullable ProgressBar bar;

    ProgressBarReporter(PrintStream err, int columns) {
        this.err = err;
        this.columns = columns;
    }

    @Override
    public synchronized void start(String what, long totalParts) {
        done();
        bar = new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(totalParts)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                // A consumer of our own: the library's would open a second terminal on stdin and stdout.
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, columns))
                .build();
    }

    @Override
    public synchronized void update(long partsDone, long rows) {
        if (bar != null) {
            Duration elapsed = Duration.between(startOf(bar), Instant.now());
            bar.setExtraMessage(" " + ProgressReporter.rate(rows, elapsed.toMillis() / 1e3));
            bar.stepTo(partsDone);
        }
    }

    @Override
    public synchronized void done() {
        if (bar != null) {
            bar.close();
            bar = null;
            err.println();
        }
    }

    private void draw(String text) {
        err.print(START_OF_LINE + text);
        err.flush();
    }

    private static Instant startOf(ProgressBar bar) {
        return bar.getStartInstant();
    }
}
