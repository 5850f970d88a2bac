package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.options.ModelOption;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.Evaluated;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kfac evaluate}. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Says how well a model does on the rows of a dataset, in one Spark job: loss and accuracy, with the"
                        + " confusion matrix of the classes; or R² with the root mean squared error, or the deviance.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac evaluate --conf conf/digits.conf",
            "  kfac evaluate --conf conf/digits.conf --model out/trained --json",
            "  kfac evaluate --conf conf/digits.conf --set data.where='id %% 5 = 0'",
            "",
            "Rows count as much as their weights, if data.weight names some."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private ModelOption model;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private NativeOption nativeOption;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            evaluate(config.get(), new StageTimes());
        }
        return ExitCodes.DONE;
    }

    private void evaluate(KfacConfig config, StageTimes stages) throws Exception {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        RowSource source = RowSource.of(config, hadoop);
        Optional<Quarantine> quarantine = source.quarantine(Map.of(), overwrite.overwrite());
        Network network = model.read(config, hadoop);
        nativeOption.choose(config.blas());
        String master = spark.master(config.sparkConf());
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac evaluate", master, config.sparkConf()));
        try {
            Evaluated evaluated = stages.time("evaluate", () -> {
                RowSource.Opened rows = source.open(session, network, quarantine);
                return SparkKfac.evaluate(network, rows.dataset(), rows.options());
            });
            EvaluationText text = new EvaluationText(evaluated.assessment());
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    json.json()
                            ? Json.pretty(text.json(
                                    model.path(config), evaluated.skipped().count()))
                            : text + RowSource.leftOut(evaluated.skipped(), quarantine) + stages.summary());
            out.flush();
        } finally {
            session.stop();
        }
    }
}
