package org.sparkkfac.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.cli.failure.ExitCodes;

/**
 * While open, the first SIGINT or SIGTERM only asks for an end, which comes when the work at hand is in order; the second
 * gives the work up and ends the process within a second. Signals that the process was started to ignore are ignored still.
 *
 * <p>Without this the JVM stops Spark under the step that is being made, and unloads a BLAS that may be at work. Where the
 * JVM leaves signals alone ({@code -Xrs}), they do what they do without this.
 */
public final class StopSignals implements AutoCloseable {
    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

    /** What shells add to a signal's number for the exit code. */
    private static final int SIGNALLED = 128;

    /** How long work that is given up may take to leave the BLAS. */
    private static final long GRACE_MILLIS = 1000;

    private final Runnable asked;
    private final Runnable giveUp;
    private final AtomicInteger first = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Runnable> restore = new ArrayList<>();

    /**
     * Begins to listen.
     *
     * @param asked runs at the first signal, in a thread of its own
     * @param giveUp runs at the second, and makes the work end soon
     */
    public StopSignals(Runnable asked, Runnable giveUp) {
        this.asked = asked;
        this.giveUp = giveUp;
        NUMBERS.forEach(this::listen);
    }

    /** Whether an end was asked for. */
    public boolean isStopRequested() {
        return first.get() != 0;
    }

    /** The exit code by which a shell knows that the signal ended the process; 0 if there was none. */
    public int exitCode() {
        return isStopRequested() ? SIGNALLED + first.get() : ExitCodes.DONE;
    }

    private void listen(String name, int number) {
        Object before = Signals.register(name, () -> received(number));
        if (isIgnored(before)) {
            Signals.unregister(name, before);
        } else {
            restore.add(() -> Signals.unregister(name, before));
        }
    }

    /** Whether this stands for a signal that the process was started to ignore; jline has no name for it. */
    private static boolean isIgnored(@Nullable Object handler) {
        try {
            return handler != null
                    && handler
                            == Class.forName("sun.misc.SignalHandler")
                                    .getField("SIG_IGN")
                                    .get(null);
        } catch (ReflectiveOperationException unknown) {
            return false;
        }
    }

    private void received(int number) {
        if (first.compareAndSet(0, number)) {
            asked.run();
            return;
        }
        try {
            giveUp.run();
            closed.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
    }

    /** Signals do again what they did before. */
    @Override
    public void close() {
        closed.countDown();
        restore.forEach(Runnable::run);
        restore.clear();
    }
}
