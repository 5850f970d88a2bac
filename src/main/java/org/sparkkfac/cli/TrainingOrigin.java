package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.TrainSettings;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.training.RunSignature;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.Software;

/**
 * What a training is made of: model, rows and settings.
 *
 * @param config the whole configuration
 * @param settings its section {@code train}
 * @param network the model that it begins with
 * @param rows its rows
 */
record TrainingOrigin(KfacConfig config, TrainSettings settings, Network network, TrainingRows rows) {
    /** What fixes the numbers of the training; a checkpoint of another course is not gone on from. */
    RunSignature course() {
        ObjectNode course = Json.object(settings.course());
        course.withObject("/model").put("fingerprint", ModelDirectory.fingerprint(network));
        rows.describe(course.withObject("/data"));
        return new RunSignature(course);
    }

    /** When the training stops. */
    RunSignature stop() {
        return new RunSignature(Json.object(settings.stop()));
    }

    /** For the manifests of what the training writes beside this model, after so many steps. */
    Provenance provenance(Network model, long steps) {
        ObjectNode data = Json.object();
        rows.describeTraining(data);
        return new Provenance(Json.object(config.toJsonMap()), data, Software.versions())
                .with("model", Json.object().put("fingerprint", ModelDirectory.fingerprint(model)))
                .with(
                        "training",
                        Json.object().put("steps", steps).put("started_from", ModelDirectory.fingerprint(network)))
                .with(
                        "precision",
                        TextNode.valueOf(config.statistics().precision().toString()));
    }

    /** The section {@code train} in pairs of name and value, for the page of the learning curves. */
    List<List<String>> table() {
        List<List<String>> table = new ArrayList<>();
        RunSignature all = new RunSignature(Json.object(config.toJsonMap()).withObject("/train"));
        all.values().forEach((name, value) -> {
            if (!value.equals("null")) {
                table.add(List.of("train." + name, value));
            }
        });
        return table;
    }
}
