package org.sparkkfac.cli.command;

import java.util.Map;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.options.ModelOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.text.EvaluationText;
import org.sparkkfac.spark.Evaluated;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kfac evaluate}. */
@Command(
        name = "evaluate",
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
final class EvaluateCommand extends ConfiguredCommand {
    @Mixin
    private ModelOption model;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private JsonOption json;

    @Override
    int run(KfacConfig config) throws Exception {
        Input input = input(config, model.path(config), Map.of(), overwrite.overwrite());
        Evaluated evaluated =
                onRows(config, input, rows -> SparkKfac.evaluate(input.network(), rows.dataset(), rows.options()));
        answer(
                new EvaluationText(
                        evaluated, model.path(config), input.quarantine().map(Quarantine::place)),
                json.json());
        return ExitCodes.DONE;
    }
}
