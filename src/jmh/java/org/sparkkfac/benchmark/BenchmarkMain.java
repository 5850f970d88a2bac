package org.sparkkfac.benchmark;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jobs/benchmark}. */
@Command(
        name = "benchmark",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures spark-kfac against the hardware and its peers. One line of JSON a case goes to stdout.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class BenchmarkMain implements Callable<Integer> {
    static final List<Bench> BENCHES = List.of(
            new StatisticsBench(),
            new PeersBench(),
            new CovarianceBench(),
            new ExactBench(),
            new CorrectionBench(),
            new InversionBench(),
            new ApplyBench(),
            new RowsBench(),
            new WidthBench(),
            new OverheadBench(),
            new TrainingBench(),
            new AccuracyBench(),
            new PerturbationBench(),
            new AutoencoderBench(),
            new TabularBench(),
            new DrawsBench(),
            new ReadBench());

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "benchmarks to run, or all")
    private List<String> names;

    @Option(names = "--repetitions", paramLabel = "N", defaultValue = "5", description = "runs that count, a case (5)")
    private int repetitions;

    @Option(names = "--warmups", paramLabel = "N", defaultValue = "1", description = "runs before them (1)")
    private int warmups;

    @Option(names = "--threads", paramLabel = "N", description = "tasks at once (all processors)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "rows of generated data (what the benchmark is defined for)")
    private long rows;

    @Option(names = "--sizes", paramLabel = "N", split = ",", description = "sizes, where a benchmark has several")
    private List<Integer> sizes = List.of();

    @Option(names = "--precision", paramLabel = "P", split = ",", description = "double, single (both)")
    private List<Precision> precisions = List.of(Precision.values());

    @Option(
            names = "--cases",
            paramLabel = "NAME",
            split = ",",
            description = "beginnings of the names of the cases to run, where a training benchmark has several")
    private List<String> cases = List.of();

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "out/benchmark", description = "where data are kept")
    private Path data;

    private final PrintStream out = System.out;

    public static void main(String[] arguments) {
        // Spark's or a library's own prints must not come between the lines of JSON.
        BenchmarkMain command = new BenchmarkMain();
        System.setOut(System.err);
        CommandLine line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
        StringBuilder list = new StringBuilder();
        BENCHES.forEach(bench -> list.append(String.format("  %-22s %s%n", bench.name(), bench.description())));
        line.getCommandSpec().usageMessage().footer("%nBenchmarks:%n" + list);
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() {
        List<Bench> chosen = BENCHES.stream()
                .filter(bench -> names.contains("all") || names.contains(bench.name()))
                .toList();
        for (String name : names) {
            if (!name.equals("all")
                    && BENCHES.stream().noneMatch(bench -> bench.name().equals(name))) {
                System.err.println("benchmark: there is no '" + name + "'; choose among "
                        + String.join(", ", BENCHES.stream().map(Bench::name).toList()));
                return 2;
            }
        }
        Blas.choose(Blas.Choice.BUNDLED);
        Setting setting = new Setting(repetitions, warmups, threads, rows, data, sizes, precisions, cases);
        GemmPeak peak = new GemmPeak(threads);
        for (Bench bench : chosen) {
            System.err.println(bench.name() + ": " + bench.description());
            Results results = new Results(bench.name(), peak, out);
            bench.run(setting, results);
            peak.forget();
            System.err.println(results.table());
        }
        return 0;
    }
}
