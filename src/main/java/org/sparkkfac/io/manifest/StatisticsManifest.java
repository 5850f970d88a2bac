package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/**
 * What the manifest of statistics says of them; {@link Provenance} and the list of files follow.
 *
 * @param layers shapes of the layers
 * @param rows how many were collected
 * @param totalWeight the sum of their weights
 * @param skipped how many were left out; 0 where the manifest does not say
 * @param skippedRows why, if there are any
 * @param meanLoss over the rows; null without labels
 * @param fisher over which labels the Fisher matrix was taken
 */
public record StatisticsManifest(
        @JsonProperty(required = true) List<LayerJson> layers,
        long rows,
        double totalWeight,
        @Nullable Long skipped,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SkippedAccount skippedRows,
        @Nullable Double meanLoss,
        @JsonProperty(required = true) FisherJson fisher) {
    /** Refuses counts below zero, and layers that are none or share a name. */
    public StatisticsManifest {
        skipped = skipped == null ? 0 : skipped;
        LayerJson.shapes(layers);
        Objects.requireNonNull(fisher);
        if (rows < 0) {
            throw new IllegalArgumentException("rows should be a whole number ≥ 0");
        }
        if (!(totalWeight >= 0) || Double.isInfinite(totalWeight)) {
            throw new IllegalArgumentException("total_weight should be a finite number ≥ 0, not " + totalWeight);
        }
    }

    /** The manifest of these statistics. */
    public static StatisticsManifest of(StatisticsState statistics, Fisher fisher, SkippedRows skipped) {
        return new StatisticsManifest(
                statistics.layers().stream().map(LayerJson::of).toList(),
                statistics.rows(),
                statistics.totalWeight(),
                skipped.count(),
                SkippedAccount.of(skipped),
                statistics.meanLoss().orElse(null),
                FisherJson.of(fisher));
    }

    /**
     * Reads it from a manifest.
     *
     * @throws org.sparkkfac.UserException if something is missing or malformed
     */
    public static StatisticsManifest read(ObjectNode manifest, String place) {
        return Json.read(manifest, StatisticsManifest.class, place, Manifest.MEND);
    }

    /** Shapes of the layers. */
    public List<LayerShape> shapes() {
        return LayerJson.shapes(layers);
    }

    /** The rows that were left out. */
    public SkippedRows allSkipped() {
        SkippedAccount account = skippedRows == null ? new SkippedAccount(Map.of(), Map.of(), List.of()) : skippedRows;
        return new SkippedRows(skipped == null ? 0 : skipped, account.byReason(), account.byFile(), account.samples());
    }
}
