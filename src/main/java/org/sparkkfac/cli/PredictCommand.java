package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.ModelOption;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.Predictions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac predict}. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Writes what a model predicts for the rows of a dataset as Parquet: probability or mean (an array"
                + " if the model has several outputs), and prediction, the class. Labels are not needed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac predict --conf conf/digits.conf --output out/predictions",
            "  kfac predict --conf conf/digits.conf --model out/trained \\",
            "      --keep id,label --output out/predictions --overwrite",
            "",
            "data.bad-rows = skip or quarantine leaves bad rows out; they are counted",
            "first, which reads the rows once more."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private ModelOption model;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "The directory of the predictions.")
    private String output;

    @Option(
            names = "--keep",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns of the data that are written beside the predictions. Default: data.id, or all"
                    + " columns where there is none.")
    private List<String> keep = List.of();

    @Mixin
    private SparkOptions spark;

    @Mixin
    private NativeOption nativeOption;

    @Mixin
    private OverwriteOption overwrite;

    @Override
    public Integer call() throws Exception {
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            predict(config.get(), new StageTimes());
        }
        return ExitCodes.DONE;
    }

    private void predict(KfacConfig config, StageTimes stages) throws Exception {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        Location place = Location.of(output, hadoop);
        RowSource source = RowSource.of(config, hadoop);
        source.refuseAmongRows("--output", place);
        new Predictions(place, overwrite.overwrite(), keep).check();
        Optional<Quarantine> quarantine = source.quarantine(Map.of("--output", place), overwrite.overwrite());
        Network network = model.read(config, hadoop);
        nativeOption.choose(config.blas());
        String master = spark.master(config.sparkConf());
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac predict", master, config.sparkConf()));
        try {
            Predictions.Written written = stages.time("predict", () -> {
                RowSource.Opened rows = source.open(session, network, quarantine);
                return SparkKfac.predict(
                        network,
                        rows.dataset(),
                        rows.options(),
                        new Predictions(place, overwrite.overwrite(), kept(source, rows.dataset())));
            });
            stages.wrote(Table.count(written.rows()) + " predictions", output);
            PrintWriter out = spec.commandLine().getOut();
            out.print(RowSource.leftOut(written.skipped(), quarantine));
            out.print(stages.summary());
            out.flush();
        } finally {
            session.stop();
        }
    }

    private List<String> kept(RowSource source, Dataset<Row> rows) {
        return keep.isEmpty() ? source.data().id().map(List::of).orElseGet(() -> List.of(rows.columns())) : keep;
    }
}
