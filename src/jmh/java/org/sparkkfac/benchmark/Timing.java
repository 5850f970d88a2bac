package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs cases one after the other in turns, so that a slow minute of the machine meets all of them. */
final class Timing {
    private final int warmups;
    private final int repetitions;

    /** So many runs that do not count before those that do, a case. */
    Timing(int warmups, int repetitions) {
        this.warmups = warmups;
        this.repetitions = repetitions;
    }

    int repetitions() {
        return repetitions;
    }

    /** The seconds of every counted run of every case, in the order of the cases. */
    Map<Case, double[]> run(List<Case> cases) {
        Map<Case, List<Double>> seconds = new LinkedHashMap<>();
        cases.forEach(each -> seconds.put(each, new ArrayList<>()));
        for (int round = -warmups; round < repetitions; round++) {
            for (Case each : cases) {
                double took = each.run();
                System.err.printf(
                        "%s %s: %s %.3f s%n", each.name(), each.precision(), round < 0 ? "warm-up" : "run", took);
                if (round >= 0) {
                    seconds.get(each).add(took);
                }
            }
        }
        cases.forEach(Case::close);
        Map<Case, double[]> result = new LinkedHashMap<>();
        seconds.forEach((each, all) ->
                result.put(each, all.stream().mapToDouble(Double::doubleValue).toArray()));
        return result;
    }

    static double median(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
    }

    /** The longest less the shortest. */
    static double spread(double[] seconds) {
        return Arrays.stream(seconds).max().orElse(0)
                - Arrays.stream(seconds).min().orElse(0);
    }
}
