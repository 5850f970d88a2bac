package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/**
 * Statistics of a dataset, with what is needed to say where they come from.
 *
 * @param statistics the sums
 * @param fisher over which labels the Fisher matrix was taken
 * @param input how the rows were cut and ordered
 * @param fingerprint a hash of all rows (features, label, weight), whatever their order
 * @param skipped rows that were left out; none unless {@link BadRowPolicy} allows it
 */
public record Collected(
        StatisticsState statistics, Fisher fisher, InputPlan input, String fingerprint, SkippedRows skipped) {
    /** What the manifest says of the rows, the model and the software; without a configuration. */
    public Provenance provenance(Network network, CollectOptions options) {
        ObjectNode data = Json.object().put("fingerprint", fingerprint);
        data.putObject("plan")
                .put("order", input.fileSplits() ? "path" : "partition")
                .put("splits", input.splits())
                .put("split_bytes", options.splitBytes())
                .put("groups", input.groups().size())
                .put("block_rows", options.plan().blockRows());
        return new Provenance(Json.object(), data, Software.versions())
                .with("model", Json.object().put("fingerprint", ModelDirectory.fingerprint(network)))
                .with("precision", TextNode.valueOf(options.plan().precision().toString()));
    }
}
