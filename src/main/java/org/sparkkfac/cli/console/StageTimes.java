package org.sparkkfac.cli.console;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What a command did: where it wrote what, and how long each stage took. {@link #summary} is for stdout, as part of the
 * result; {@link #toJsonMap} for {@code --json}.
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

    /** Runs a stage and returns its result. A stage of the same name before adds to the same time. */
    public <T> T time(String stage, Callable<T> work) throws Exception {
        long start = nanoTime.getAsLong();
        try {
            return work.call();
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
                .map(stage -> stage.getKey() + " " + duration(stage.getValue()))
                .collect(Collectors.joining(", "));
        if (!each.isEmpty()) {
            lines.append("time: ")
                    .append(each)
                    .append("; in all ")
                    .append(duration(total))
                    .append('\n');
        }
        return lines.toString();
    }

    /** {@code written {what: where}, seconds {stage: seconds}}. */
    public Map<String, Object> toJsonMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("written", new LinkedHashMap<>(written));
        map.put("seconds", new LinkedHashMap<>(seconds));
        return map;
    }

    /** {@code 0.4 s}, {@code 2 min 5 s}, {@code 3 h 12 min}. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
