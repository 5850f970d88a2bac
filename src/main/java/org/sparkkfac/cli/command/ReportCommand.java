package org.sparkkfac.cli.command;

import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.report.TrainingReport;
import org.sparkkfac.spark.SparkKfac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kfac report}. */
@Command(
        name = "report",
        description = "Draws the learning curves of a training, as one HTML file that opens offline, or writes its"
                + " figures as CSV. Starts no Spark; the training may still run.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac report out/digits-training --output out/digits.html",
            "  kfac report out/digits-training/metrics.jsonl --output out/digits.csv"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReportCommand extends Subcommand {
    @Parameters(
            paramLabel = "PATH",
            description = "The directory of a training, or the file of its metrics: a JSON object a line and step.")
    private String path;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "The file to write, whose name ends in .html or .csv.")
    private String output;

    @Option(names = "--title", paramLabel = "TEXT", description = "The title of the page. Default: PATH.")
    private String title = "";

    @Mixin
    private OverwriteOption overwrite;

    @Override
    int run() {
        TrainingReport report = SparkKfac.report(location(path), title.isEmpty() ? path : title);
        SparkKfac.writeReport(location(output), report, overwrite.overwrite());
        print("wrote a report of " + Table.count(report.steps().size()) + " steps to " + output + "\n");
        return ExitCodes.DONE;
    }
}
