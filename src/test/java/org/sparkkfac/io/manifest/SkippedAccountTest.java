package org.sparkkfac.io.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.SkippedRows;

/** The manifest's account of bad rows comes back as it was, so that merged statistics can add theirs up. */
final class SkippedAccountTest {
    private static ObjectNode manifest(SkippedRows skipped) {
        return Json.object(new StatisticsManifest(
                List.of(new LayerJson("layer", 3, 2, true, null)),
                5,
                5,
                skipped.count(),
                SkippedAccount.of(skipped),
                null,
                FisherJson.of(Fisher.exact())));
    }

    private static SkippedRows read(ObjectNode manifest) {
        return StatisticsManifest.read(manifest, "here").allSkipped();
    }

    @Test
    void whatIsWrittenIsRead() {
        SkippedRows rows = new SkippedRows();
        rows.add(new SkippedRows.Sample("null", "/data/a.csv, row 3", "x is null"), "/data/a.csv");
        rows.add(new SkippedRows.Sample("label", "row 2 of its partition", "label 9 is none"), "");
        ObjectNode manifest = manifest(rows);
        assertThat(manifest.toString())
                .contains("\"skipped\":2,\"skipped_rows\":{\"by_reason\":{\"label\":1,\"null\":1},"
                        + "\"by_file\":{\"/data/a.csv\":1},\"samples\":[{\"reason\":\"null\",\"place\":\"/data/a.csv,"
                        + " row 3\",\"problem\":\"x is null\"},{\"reason\":\"label\",\"place\":\"row 2 of its"
                        + " partition\",\"problem\":\"label 9 is none\"}]},\"mean_loss\":null");
        assertThat(manifest(read(manifest))).isEqualTo(manifest);
    }

    @Test
    void withoutBadRowsThereIsOnlyTheNumber() {
        ObjectNode manifest = manifest(new SkippedRows());
        assertThat(manifest.toString()).contains("\"skipped\":0,\"mean_loss\":null");
        manifest.remove("skipped");
        assertThat(read(manifest).count()).isZero();
    }

    @Test
    void anAccountOfTwoPartsIsTheirSum() {
        SkippedRows one = new SkippedRows();
        one.add(new SkippedRows.Sample("null", "a", "x is null"), "f");
        SkippedRows sum = read(manifest(one));
        sum.merge(read(manifest(one)));
        assertThat(manifest(sum).path("skipped_rows").path("by_file").path("f").asInt())
                .isEqualTo(2);
        assertThat(manifest(sum).path("skipped").asInt()).isEqualTo(2);
    }
}
