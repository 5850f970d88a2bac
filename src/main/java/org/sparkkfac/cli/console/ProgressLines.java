package org.sparkkfac.cli.console;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.sparkkfac.Quantities;
import org.sparkkfac.spark.Progress;

/** Plain lines for logs: one at the start, one at the end, and one at most every ten seconds between. */
final class ProgressLines implements Progress {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Consumer<String> log;
    private final LongSupplier nanoTime;

    private String what = "";
    private long totalParts;
    private long partsDone;
    private long rows;
    private long startNanos;
    private long lastNanos;
    private boolean running;

    ProgressLines(Consumer<String> log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void start(String what, long totalParts) {
        done();
        this.what = what;
        this.totalParts = totalParts;
        partsDone = 0;
        rows = 0;
        startNanos = nanoTime.getAsLong();
        lastNanos = startNanos;
        running = true;
        log.accept(what + ": started, " + totalParts + (totalParts == 1 ? " part" : " parts"));
    }

    @Override
    public synchronized void update(long partsDone, long rows) {
        this.partsDone = partsDone;
        this.rows = rows;
        long now = nanoTime.getAsLong();
        if (running && now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            log.accept(line(seconds(now)));
        }
    }

    @Override
    public synchronized void done() {
        if (running) {
            running = false;
            double seconds = seconds(nanoTime.getAsLong());
            String ended =
                    partsDone >= totalParts ? "done" : "stopped after " + partsDone + " of " + totalParts + " parts";
            log.accept(what + ": " + ended + " in " + Quantities.duration(seconds) + withComma(rate(seconds)));
        }
    }

    private String line(double seconds) {
        long percent = totalParts == 0 ? 100 : 100 * partsDone / totalParts;
        String left =
                partsDone == 0 ? "" : Quantities.duration(seconds / partsDone * (totalParts - partsDone)) + " left";
        return what + ": " + String.format(Locale.ROOT, "%d %%, %d of %d parts", percent, partsDone, totalParts)
                + withComma(rate(seconds)) + withComma(left);
    }

    private String rate(double seconds) {
        return ProgressReporter.rate(rows, seconds);
    }

    private double seconds(long now) {
        return (now - startNanos) / 1e9;
    }

    private static String withComma(String text) {
        return text.isEmpty() ? "" : ", " + text;
    }
}
