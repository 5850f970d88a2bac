package org.sparkkfac.cli.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.sparkkfac.Quantities;

/**
 * What a command did: where it wrote what, and how long each stage took.
 */
public final class StageTimes {
    private final LongSupplier nanoTime;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Map<String, String> written = new LinkedHashMap<>();

    /** No stage yet. */
    public StageTimes() {
        this(System::nanoTime);
    }

    StageTimes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Work that gives a result or fails. */
    public interface Work<T, E extends Exception> {
        /** Runs it. */
        T run() throws E;
    }

    /** Runs a stage and returns its result. A stage of the same name before adds to the same time. */
    public <T, E extends Exception> T time(String stage, Work<T, E> work) throws E {
        long start = nanoTime.getAsLong();
        try {
            return work.run();
        } finally {
            seconds.merge(stage, (nanoTime.getAsLong() - start) / 1e9, Double::sum);
        }
    }

    /** Notes that an artefact has been written. */
    public void wrote(String what, String where) {
        written.put(what, where);
    }

    /** A line for each artefact and one for the times. */
    public String summary() {
        StringBuilder lines = new StringBuilder();
        written.forEach((what, where) ->
                lines.append("wrote ").append(what).append(" to ").append(where).append('\n'));
        double total =
                seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        String each = seconds.entrySet().stream()
                .map(stage -> stage.getKey() + " " + Quantities.duration(stage.getValue()))
                .collect(Collectors.joining(", "));
        if (!each.isEmpty()) {
            lines.append("time: ")
                    .append(each)
                    .append("; in all ")
                    .append(Quantities.duration(total))
                    .append('\n');
        }
        return lines.toString();
    }
}
