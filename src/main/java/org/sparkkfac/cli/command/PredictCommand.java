package org.sparkkfac.cli.command;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ModelOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.text.SkippedText;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.spark.Predictions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac predict}. */
@Command(
        name = "predict",
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
final class PredictCommand extends ConfiguredCommand {
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
    private OverwriteOption overwrite;

    @Override
    int run(KfacConfig config) throws Exception {
        Location place = location(output, hadoop(config));
        Input input = input(config, model.path(config), Map.of("--output", place), overwrite.overwrite());
        new Predictions(place, overwrite.overwrite(), keep).check();
        Predictions.Written written = onRows(config, input, rows -> {
            List<String> kept = kept(input.source(), rows.dataset());
            Predictions predictions = new Predictions(place, overwrite.overwrite(), kept);
            return SparkKfac.predict(input.network(), rows.dataset(), rows.options(), predictions);
        });
        stages.wrote(Table.count(written.rows()) + " predictions", output);
        print(SkippedText.of(written.skipped(), input.quarantine().map(Quarantine::place)), stages.summary());
        return ExitCodes.DONE;
    }

    private List<String> kept(RowSource source, Dataset<Row> rows) {
        return keep.isEmpty() ? source.data().id().map(List::of).orElseGet(() -> List.of(rows.columns())) : keep;
    }
}
