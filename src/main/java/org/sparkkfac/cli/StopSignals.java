package org.sparkkfac.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.cli.failure.ExitCodes;

/**
 * While open, the first SIGINT or SIGTERM only asks for an end, which comes when the work at hand is in order; the second
 * gives the work up and ends the process within a second. Signals that the process was started to ignore are ignored still.
 *
 * <p>Without this the JVM stops Spark under the step that is being made, and unloads a BLAS that may be at work. The classes
 * for signals are of the JDK but no part of Java, so they are reached by reflection; where they are missing or the JVM was
 * told to leave signals alone ({@code -Xrs}), signals do what they do without this.
 */
final class StopSignals implements AutoCloseable {
    private static final List<String> NAMES = List.of("INT", "TERM");

    /** What shells add to a signal's number for the exit code. */
    private static final int SIGNALLED = 128;

    /** How long work that was given up may take to leave the BLAS. */
    private static final long GRACE_MILLIS = 1000;

    private final Runnable asked;
    private final Runnable giveUp;
    private final AtomicInteger first = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Runnable> restore = new ArrayList<>();

    /**
     * Begins to listen.
     *
     * @param asked told of the first signal, in a thread of its own
     * @param giveUp told of the second; it makes the work end soon
     */
    StopSignals(Runnable asked, Runnable giveUp) {
        this.asked = asked;
        this.giveUp = giveUp;
        try {
            for (String name : NAMES) {
                listen(name);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
            close();
        }
    }

    /** Whether an end was asked for. */
    boolean isStopRequested() {
        return first.get() != 0;
    }

    /** The exit code by which a shell knows that the signal ended the process; 0 if there was none. */
    int exitCode() {
        return isStopRequested() ? SIGNALLED + first.get() : ExitCodes.DONE;
    }

    private void listen(String name) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Class<?> handlers = Class.forName("sun.misc.SignalHandler");
        Object signal = signals.getConstructor(String.class).newInstance(name);
        int number = (Integer) signals.getMethod("getNumber").invoke(signal);
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                received(number);
                return null;
            }
            return method.invoke(this, arguments); // those of Object
        };
        Object ours = Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers}, handler);
        Object before = handle(signal, ours);
        if (before == handlers.getField("SIG_IGN").get(null)) {
            handle(signal, before);
        } else {
            restore.add(() -> {
                try {
                    handle(signal, before);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static @Nullable Object handle(Object signal, @Nullable Object handler)
            throws ReflectiveOperationException {
        Class<?> signals = signal.getClass();
        try {
            return signals.getMethod("handle", signals, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw e;
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
