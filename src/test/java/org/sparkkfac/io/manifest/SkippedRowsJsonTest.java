package org.sparkkfac.io.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.stats.SkippedRows;

/** The manifest's account of bad rows comes back as it was, so that merged statistics can add theirs up. */
final class SkippedRowsJsonTest {
    private static ObjectNode manifest(SkippedRows skipped) {
        ObjectNode manifest = Json.object();
        SkippedRowsJson.write(manifest, skipped);
        return manifest;
    }

    @Test
    void whatIsWrittenIsRead() {
        SkippedRows rows = new SkippedRows();
        rows.add(new SkippedRows.Sample("null", "/data/a.csv, row 3", "x is null"), "/data/a.csv");
        rows.add(new SkippedRows.Sample("label", "row 2 of its partition", "label 9 is none"), "");
        ObjectNode manifest = manifest(rows);
        assertThat(manifest)
                .hasToString("{\"skipped\":2,\"skipped_rows\":{\"by_reason\":{\"label\":1,\"null\":1},"
                        + "\"by_file\":{\"/data/a.csv\":1},\"samples\":[{\"reason\":\"null\",\"place\":\"/data/a.csv,"
                        + " row 3\",\"problem\":\"x is null\"},{\"reason\":\"label\",\"place\":\"row 2 of its"
                        + " partition\",\"problem\":\"label 9 is none\"}]}}");
        assertThat(manifest(SkippedRowsJson.read(manifest))).isEqualTo(manifest);
    }

    @Test
    void withoutBadRowsThereIsOnlyTheNumber() {
        assertThat(manifest(new SkippedRows())).hasToString("{\"skipped\":0}");
        assertThat(SkippedRowsJson.read(Json.object()).count()).isZero();
    }

    @Test
    void anAccountOfTwoPartsIsTheirSum() {
        SkippedRows one = new SkippedRows();
        one.add(new SkippedRows.Sample("null", "a", "x is null"), "f");
        SkippedRows sum = SkippedRowsJson.read(manifest(one));
        sum.merge(SkippedRowsJson.read(manifest(one)));
        assertThat(manifest(sum).path("skipped_rows").path("by_file").path("f").asInt())
                .isEqualTo(2);
        assertThat(manifest(sum).path("skipped").asInt()).isEqualTo(2);
    }
}
