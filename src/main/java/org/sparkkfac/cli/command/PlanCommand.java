package org.sparkkfac.cli.command;

import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.plan.EstimateInputs;
import org.sparkkfac.cli.plan.GemmSpeed;
import org.sparkkfac.cli.plan.JobPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac plan}. */
@Command(
        name = "plan",
        description = "Says what kfac collect or kfac train would take with this configuration, before anything runs:"
                + " memory of the driver and of an executor, results, shuffle, operations and time. Starts no Spark and"
                + " reads no row. Exit code 2 if it cannot fit, with what would; train refuses the same.",
        footerHeading = "%nWhat the figures rest on:%n",
        footer = {
            "  heap   what must be there at the peak; a Java heap that is larger fills",
            "         with garbage before it is cleaned, and OpenBLAS, Spark's network",
            "         and the JVM itself take some hundred MiB beside the heap",
            "  time   rough: operations of the matrix products, at 60 %% of the speed",
            "         of gemm that was measured just now on this machine (40 %% in",
            "         training steps); 3 s to start Spark and 2 s for the first job;",
            "         0.03 s for each job of a step; 15 million numbers read a second",
            "         and task; 0.4 GB/s for sums and what is sent to tasks. Rows come",
            "         from the footers of Parquet files, or from --rows; they are a",
            "         bound from above where data.where leaves some out",
            "",
            "Examples:",
            "  kfac plan --conf conf/digits.conf",
            "  kfac plan --conf conf/train-digits.conf",
            "  kfac plan --conf my.conf --master local[4] --set statistics.groups=8",
            "  kfac plan --conf my.conf --master yarn --rows 1000000000 --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PlanCommand extends ConfiguredCommand {
    @Option(
            names = "--for",
            paramLabel = "COMMAND",
            description = "collect or train. Without it: train if the configuration sets a key of the section train,"
                    + " else collect.")
    private JobPlan.@Nullable Kind job;

    @Option(names = "--rows", paramLabel = "N", description = "How many rows there are, where the files do not say.")
    private @Nullable Long rows;

    @Mixin
    private JsonOption json;

    @Override
    int run(KfacConfig config) {
        JobPlan plan = plan(config);
        answer(plan, json.json());
        plan.check();
        return ExitCodes.DONE;
    }

    private JobPlan plan(KfacConfig config) {
        Input input = input(config, config.modelPath(), Map.of(), true);
        EstimateInputs inputs = EstimateInputs.of(config, input.source(), input.network(), master(config));
        EstimateInputs.Rows expected =
                inputs.rows(input.source(), rows == null ? OptionalLong.empty() : OptionalLong.of(rows));
        double gflops = GemmSpeed.gflops(input.options().plan().precision());
        JobPlan.Kind kind = job != null ? job : JobPlan.Kind.of(config);
        return kind.plan(inputs, expected, gflops);
    }
}
