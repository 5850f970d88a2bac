package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.StepLine;
import org.sparkkfac.io.training.RunSignature;
import org.sparkkfac.report.HtmlPage;
import org.sparkkfac.report.TrainingReport;

/** Reports of a training from the files that it writes. */
final class TrainingFiles {
    private static final String METRICS = "metrics.jsonl";

    private TrainingFiles() {}

    static TrainingReport report(Location place, String title) {
        return new TrainingReport(title, StepLine.read(metrics(place)), settings(place));
    }

    private static Location metrics(Location place) {
        if (!place.exists()) {
            throw new UserException(place + ": no such file or directory; check the path");
        }
        Location file = place.isDirectory() ? place.child(METRICS) : place;
        if (!file.exists()) {
            throw new UserException(
                    place + ": holds no " + METRICS + "; name the directory of a training, or the file of its metrics");
        }
        return file;
    }

    /** How the training was configured, as far as the statistics that it left know. */
    private static List<List<String>> settings(Location place) {
        Location statistics = place.child("statistics");
        return statistics.child("manifest.json").exists()
                ? settings(StatisticsArtefact.read(statistics).manifest().withObject("/config"))
                : List.of();
    }

    /** Names and values of the settings of training that have one. */
    static List<List<String>> settings(ObjectNode config) {
        ObjectNode ofTraining = config.deepCopy().retain("train");
        return new RunSignature(ofTraining)
                .values().entrySet().stream()
                        .filter(setting -> !setting.getValue().equals("null"))
                        .map(setting -> List.of(setting.getKey(), setting.getValue()))
                        .toList();
    }

    static void write(Location file, TrainingReport report, boolean overwrite) {
        String name = file.path().getName().toLowerCase(Locale.ROOT);
        boolean isCsv = name.endsWith(".csv");
        if (!isCsv && !name.endsWith(".html") && !name.endsWith(".htm")) {
            throw UserException.at(Component.OUTPUT_PATH, file + ": the name of a report ends in .html or .csv");
        }
        String text = isCsv ? report.csv() : new HtmlPage(report.report()).html();
        AtomicFile.write(file, overwrite, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
