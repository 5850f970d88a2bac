package org.sparkkfac.benchmark;

import java.nio.file.Path;
import java.util.List;
import org.sparkkfac.linalg.Precision;

/**
 * What the command line says.
 *
 * @param repetitions runs that count, a case
 * @param warmups runs before them
 * @param threads tasks at once
 * @param rows rows of generated data, or 0 for what the benchmark is defined for
 * @param data directory of downloaded and generated data
 * @param sizes sizes for the benchmarks that have several, or none for the usual ones
 * @param precisions those to measure, where a benchmark has both
 * @param cases beginnings of the names of the cases to run, or none for all
 */
record Setting(
        int repetitions,
        int warmups,
        int threads,
        long rows,
        Path data,
        List<Integer> sizes,
        List<Precision> precisions,
        List<String> cases) {
    Setting {
        sizes = List.copyOf(sizes);
        precisions = List.copyOf(precisions);
        cases = List.copyOf(cases);
    }

    Timing timing() {
        return new Timing(warmups, repetitions);
    }

    long rowsOr(long usual) {
        return rows > 0 ? rows : usual;
    }

    List<Integer> sizesOr(Integer... usual) {
        return sizes.isEmpty() ? List.of(usual) : sizes;
    }

    /** Whether to run a case. */
    boolean wants(String name) {
        return cases.isEmpty() || cases.stream().anyMatch(name::startsWith);
    }

    String master() {
        return "local[" + threads + "]";
    }
}
