package org.sparkkfac.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.StepRecordJson;
import org.sparkkfac.io.training.RunSignature;
import org.sparkkfac.report.HtmlPage;
import org.sparkkfac.report.TrainingReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kfac report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Draws the learning curves of a training, as one HTML file that opens offline, or writes its"
                + " figures as CSV. Starts no Spark; the training may still run.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac report out/digits-training --output out/digits.html",
            "  kfac report out/digits-training/metrics.jsonl --output out/digits.csv"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReportCommand implements Runnable {
    private static final String METRICS = "metrics.jsonl";

    @Spec
    private CommandSpec spec;

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
    public void run() {
        String name = output.toLowerCase(Locale.ROOT);
        boolean isCsv = name.endsWith(".csv");
        if (!isCsv && !name.endsWith(".html") && !name.endsWith(".htm")) {
            throw new UserException("--output " + output + ": the name of a report ends in .html or .csv");
        }
        Configuration hadoop = HadoopSettings.load();
        Location place = Location.of(path, hadoop);
        TrainingReport report = new TrainingReport(
                title.isEmpty() ? path : title, StepRecordJson.read(metrics(place)), settings(place));
        String text = isCsv ? report.csv() : new HtmlPage(report.report()).html();
        AtomicFile.write(
                Location.of(output, hadoop),
                overwrite.overwrite(),
                out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        spec.commandLine()
                .getOut()
                .println("wrote a report of " + Table.count(report.steps().size()) + " steps to " + output);
    }

    /** The section train of the configuration, as far as the statistics that the training left know it. */
    private static List<List<String>> settings(Location place) {
        Location statistics = place.child("statistics");
        if (!statistics.child("manifest.json").exists()) {
            return List.of();
        }
        RunSignature settings =
                new RunSignature(StatisticsArtefact.read(statistics).manifest().withObject("/config/train"));
        return settings.values().entrySet().stream()
                .filter(setting -> !setting.getValue().equals("null"))
                .map(setting -> List.of("train." + setting.getKey(), setting.getValue()))
                .toList();
    }

    private Location metrics(Location place) {
        if (!place.exists()) {
            throw new UserException(path + ": no such file or directory; check the path");
        }
        Location file = place.isDirectory() ? place.child(METRICS) : place;
        if (!file.exists()) {
            throw new UserException(
                    path + ": holds no " + METRICS + "; name the directory of a training, or the file of its metrics");
        }
        return file;
    }
}
