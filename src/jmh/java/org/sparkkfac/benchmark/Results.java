package org.sparkkfac.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lines of JSON on stdout as they come, and a table of all on stderr at the end. */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String benchmark;
    private final GemmPeak peak;
    private final PrintStream out;
    private final List<Map<String, Object>> lines = new ArrayList<>();

    Results(String benchmark, GemmPeak peak, PrintStream out) {
        this.benchmark = benchmark;
        this.peak = peak;
        this.out = out;
    }

    /**
     * Adds a case.
     *
     * @param baseline median seconds of what the case is to be compared with, scaled to the same work; null without one
     */
    double add(Case measured, double[] seconds, @Nullable Double baseline) {
        double median = Timing.median(seconds);
        Map<String, Object> line = line(measured.name(), measured.precision().toString());
        line.put("repetitions", seconds.length);
        line.put("seconds_median", rounded(median));
        line.put("seconds_spread", rounded(Timing.spread(seconds)));
        if (measured.flop() > 0) {
            double gflops = measured.flop() / median / 1e9;
            line.put("flop", measured.flop());
            line.put("gflops", rounded(gflops));
            if (measured.comparesWithPeak()) {
                line.put("gemm_peak_gflops", rounded(peak.gflops(measured.precision())));
                line.put("share_of_peak", rounded(gflops / peak.gflops(measured.precision())));
            }
        }
        if (baseline != null) {
            line.put("speedup", rounded(baseline / median));
        }
        print(line);
        return median;
    }

    /** Adds a line of other figures. */
    void add(String name, String precision, Map<String, Object> figures) {
        Map<String, Object> line = line(name, precision);
        figures.forEach((key, value) -> line.put(key, rounded(value)));
        print(line);
    }

    private Map<String, Object> line(String name, String precision) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("benchmark", benchmark);
        line.put("case", name);
        line.put("precision", precision);
        return line;
    }

    private void print(Map<String, Object> line) {
        lines.add(line);
        try {
            out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object rounded(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Results::rounded).toList();
        }
        return value instanceof Double number ? (Object) rounded(number.doubleValue()) : value;
    }

    /** Four significant digits, which is more than a timing is worth. */
    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
    }

    /** What was measured, for people. */
    String table() {
        StringBuilder table = new StringBuilder();
        for (Map<String, Object> line : lines) {
            table.append(String.format("%n%-46s %-7s", line.get("case"), line.get("precision")));
            line.forEach((key, value) -> {
                if (!List.of("benchmark", "case", "precision", "repetitions", "flop")
                        .contains(key)) {
                    table.append("  ").append(key).append(' ').append(value);
                }
            });
        }
        return table.append(System.lineSeparator()).toString();
    }
}
