package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.DataSettings;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.io.Json;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.ModelDirectory;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.ExecutorRoom;
import org.sparkkfac.spark.PassCost;
import org.sparkkfac.spark.SourceFiles;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Says what kfac collect would take with this configuration, before anything runs: memory of the"
                + " driver and of an executor, results, shuffle, operations and time. Starts no Spark and reads no"
                + " row. Exit code 2 if it cannot fit, with what would.",
        footerHeading = "%nWhat the figures rest on:%n",
        footer = {
            "  heap   what must be there at the peak; a Java heap that is larger fills",
            "         with garbage before it is cleaned, and OpenBLAS, Spark's network",
            "         and the JVM itself take some hundred MiB beside the heap",
            "  time   operations of the matrix products, at 60 %% of the speed of gemm",
            "         that was measured just now on this machine; the rows come from the",
            "         footers of Parquet files, or from --rows",
            "",
            "Examples:",
            "  kfac plan --conf conf/digits.conf",
            "  kfac plan --conf my.conf --master local[4] --set statistics.groups=8",
            "  kfac plan --conf my.conf --master yarn --rows 1000000000 --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PlanCommand implements Callable<Integer> {
    /** Of the peak of gemm: what whole passes reach in the benchmark statistics, from Parquet. */
    private static final double USUAL_SHARE = 0.6;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private NativeOption nativeOption;

    @Option(names = "--rows", paramLabel = "N", description = "How many rows there are, where the files do not say.")
    private @Nullable Long rows;

    @Mixin
    private JsonOption json;

    /** What the job is, what it takes, and what there is. */
    private record Plan(
            Network network,
            Optional<SourceFiles> files,
            OptionalLong rows,
            String master,
            int tasksAtOnce,
            PassCost cost,
            double flopOfRow,
            double gflops) {
        OptionalLong flop() {
            return rows.isPresent() ? OptionalLong.of((long) (flopOfRow * rows.getAsLong())) : OptionalLong.empty();
        }

        double seconds(double flop) {
            return flop / (USUAL_SHARE * 1e9 * gflops * Math.min(tasksAtOnce, cost.groups()));
        }
    }

    @Override
    public Integer call() {
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            Plan plan = plan(config.get());
            PrintWriter out = spec.commandLine().getOut();
            out.print(json.json() ? Json.pretty(json(plan)) : text(plan));
            out.flush();
            plan.cost().check();
        }
        return ExitCodes.DONE;
    }

    private Plan plan(KfacConfig config) {
        if (rows != null && rows < 1) {
            throw new UserException("--rows must be at least 1, not " + rows);
        }
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        RowSource source = RowSource.of(config, hadoop);
        DataSettings data = source.data();
        Network network = ModelDirectory.read(Location.of(config.model().path(), hadoop));
        CollectOptions options = source.options();
        nativeOption.choose(config.blas());
        Optional<SourceFiles> files = data.readsFiles()
                ? Optional.of(SourceFiles.of(data.path().orElseThrow(), data.format(), data.splitBytes(), hadoop))
                : Optional.empty();
        SparkConf conf = new SparkConf();
        config.sparkConf().forEach(conf::set);
        conf.setMaster(spark.master(config.sparkConf()));
        int tasks = ExecutorRoom.tasksAtOnce(conf);
        int groups = Math.min(options.groups(), files.map(SourceFiles::splits).orElse(Integer.MAX_VALUE));
        StatisticsPlan plan = options.plan();
        return new Plan(
                network,
                files,
                rows(files, data),
                conf.get("spark.master"),
                tasks,
                PassCost.of(groups, plan, network, ExecutorRoom.of(conf, tasks)),
                flopOfRow(network, plan, data.label().isPresent()),
                GemmSpeed.gflops(plan.precision()));
    }

    /** Corrected eigenvalues take a second pass, for which the first must have the factors. */
    private static double flopOfRow(Network network, StatisticsPlan plan, boolean labelled) {
        return plan.flopsOfRow(network, labelled)
                + (plan.kinds().contains(StatisticKind.EIGEN_CORRECTED)
                        ? plan.withKinds(List.of(StatisticKind.KRONECKER)).flopsOfRow(network, labelled)
                        : 0);
    }

    private OptionalLong rows(Optional<SourceFiles> files, DataSettings data) {
        OptionalLong known = rows != null
                ? OptionalLong.of(rows)
                : files.map(SourceFiles::rows).orElse(OptionalLong.empty());
        return known.isPresent() && data.limit().isPresent()
                ? OptionalLong.of(Math.min(known.getAsLong(), data.limit().get()))
                : known;
    }

    private static String text(Plan plan) {
        PassCost cost = plan.cost();
        PassCost.Limits limits = cost.limits();
        StringBuilder text = new StringBuilder();
        text.append("model: ").append(plan.network()).append('\n');
        text.append("rows: ")
                .append(plan.rows().isPresent() ? Table.count(plan.rows().getAsLong()) : "not known; say --rows N")
                .append(plan.files()
                        .map(files -> " in " + Table.count(files.files()) + " file(s), " + size(files.bytes()) + ", "
                                + Table.count(files.splits()) + " split(s)")
                        .orElse(""))
                .append('\n');
        text.append("job: ")
                .append(cost.groups())
                .append(" task(s), one a group, on ")
                .append(plan.master());
        text.append(", ")
                .append(Math.min(plan.tasksAtOnce(), cost.groups()))
                .append(" at once; sums come together ")
                .append(cost.shuffles() ? "by a shuffle of tiles" : "as results of the tasks")
                .append('\n');
        Table table = new Table("what", "takes", "of");
        table.add("state of one task", size(cost.stateBytes()), "");
        table.add("block of rows on its way", size(cost.blockBytes()), "");
        table.add(
                "results at the driver",
                size(cost.resultBytes()),
                limits.resultBytes() > 0 ? size(limits.resultBytes()) : "no limit");
        table.add("shuffle", size(cost.shuffleBytes()), "");
        table.add(
                limits.local() ? "heap, driver and tasks" : "heap, driver",
                size(cost.driverBytes()),
                size(limits.driverHeap()));
        if (!limits.local()) {
            table.add("heap, each executor", size(cost.executorBytes()), size(limits.executorHeap()));
        }
        text.append(table);
        text.append(String.format(Locale.ROOT, "work: %s FLOP a row", Table.number(plan.flopOfRow())));
        if (plan.flop().isPresent()) {
            double flop = plan.flop().getAsLong();
            text.append(String.format(
                    Locale.ROOT,
                    ", %s in all; about %s s at %.0f %% of gemm, which does %.1f GFLOP/s a thread here",
                    Table.number(flop),
                    Table.number(plan.seconds(flop)),
                    100 * USUAL_SHARE,
                    plan.gflops()));
        }
        text.append('\n');
        if (cost.problem().isEmpty()) {
            text.append("fits\n");
        }
        return text.toString();
    }

    private static ObjectNode json(Plan plan) {
        PassCost cost = plan.cost();
        ObjectNode json = Json.object();
        json.put("model", plan.network().toString());
        json.put("master", plan.master());
        plan.files()
                .ifPresent(files -> json.putObject("files")
                        .put("count", files.files())
                        .put("bytes", files.bytes())
                        .put("splits", files.splits()));
        plan.rows().ifPresent(count -> json.put("rows", count));
        json.put("groups", cost.groups());
        json.put("tasks_at_once", Math.min(plan.tasksAtOnce(), cost.groups()));
        json.put("aggregation", cost.shuffles() ? "shuffle" : "results");
        json.put("state_bytes", cost.stateBytes());
        json.put("block_bytes", cost.blockBytes());
        json.put("result_bytes", cost.resultBytes());
        json.put("result_limit_bytes", cost.limits().resultBytes());
        json.put("shuffle_bytes", cost.shuffleBytes());
        json.put("driver_heap_bytes", cost.driverBytes());
        json.put("driver_heap_limit_bytes", cost.limits().driverHeap());
        json.put("executor_heap_bytes", cost.executorBytes());
        json.put("executor_heap_limit_bytes", cost.limits().executorHeap());
        json.put("flop_a_row", plan.flopOfRow());
        json.put("gemm_gflops_a_thread", plan.gflops());
        plan.flop().ifPresent(flop -> json.put("flop", flop).put("seconds", plan.seconds((double) flop)));
        json.put("fits", cost.problem().isEmpty());
        return json;
    }

    private static String size(long bytes) {
        return bytes < 10 << 20 ? Table.count(bytes >> 10) + " KiB" : Table.count(bytes >> 20) + " MiB";
    }
}
