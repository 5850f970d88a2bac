package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.cli.plan.CollectPlan;
import org.sparkkfac.cli.plan.EstimateInputs;
import org.sparkkfac.cli.plan.JobPlan;
import org.sparkkfac.cli.plan.TrainPlan;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;
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
        description = "Says what kfac collect or kfac train would take with this configuration, before anything runs:"
                + " memory of the driver and of an executor, results, shuffle, operations and time. Starts no Spark and"
                + " reads no row. Exit code 2 if it cannot fit, with what would; train refuses the same.",
        footerHeading = "%nWhat the figures rest on:%n",
        footer = {
            "  heap   what must be there at the peak; a Java heap that is larger fills",
            "         with garbage before it is cleaned, and OpenBLAS, Spark's network",
            "         and the JVM itself take some hundred MiB beside the heap",
            "  time   operations of the matrix products, at 60 %% of the speed of gemm",
            "         that was measured just now on this machine (40 %% in training",
            "         steps); 3 s to start Spark and 2 s for the first job; 0.03 s for",
            "         each job of a step; 15 million numbers read a second and task;",
            "         0.4 GB/s for sums and what is sent to tasks. Rows come from the",
            "         footers of Parquet files, at most so many where data.where leaves",
            "         some out, or from --rows",
            "",
            "Examples:",
            "  kfac plan --conf conf/digits.conf",
            "  kfac plan --conf conf/train-digits.conf",
            "  kfac plan --conf my.conf --master local[4] --set statistics.groups=8",
            "  kfac plan --conf my.conf --master yarn --rows 1000000000 --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PlanCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(PlanCommand.class);

    /** What can be planned. */
    enum Job {
        COLLECT,
        TRAIN
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private NativeOption nativeOption;

    @Option(
            names = "--for",
            paramLabel = "COMMAND",
            description = "collect or train. Without it: train if the configuration sets a key of the section train,"
                    + " else collect.")
    private @Nullable Job job;

    @Option(names = "--rows", paramLabel = "N", description = "How many rows there are, where the files do not say.")
    private @Nullable Long rows;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            JobPlan plan = plan(config.get());
            PrintWriter out = spec.commandLine().getOut();
            out.print(json.json() ? Json.pretty(plan.json()) : plan.text() + (plan.fits() ? "fits\n" : ""));
            out.flush();
            plan.check();
        }
        return ExitCodes.DONE;
    }

    private JobPlan plan(KfacConfig config) {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        RowSource source = RowSource.of(config, hadoop);
        Network network = ModelDirectory.read(Location.of(config.model().path(), hadoop));
        nativeOption.choose(config.blas());
        EstimateInputs outlook = EstimateInputs.of(config, source, network, spark.master(config.sparkConf()));
        EstimateInputs.Rows expected =
                outlook.rows(source, rows == null ? OptionalLong.empty() : OptionalLong.of(rows));
        double gflops = GemmSpeed.gflops(source.options().plan().precision());
        Job wanted = job != null ? job : config.setsTraining() ? Job.TRAIN : Job.COLLECT;
        if (wanted == Job.COLLECT) {
            return CollectPlan.of(outlook, expected, gflops);
        }
        config.train().withoutEffect().forEach(LOG::warn);
        return TrainPlan.of(outlook, expected, gflops);
    }
}
