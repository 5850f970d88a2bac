package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counts of rows that were left out merge like any statistic. */
final class SkippedRowsTest {
    private static SkippedRows rows(int from, int to) {
        SkippedRows rows = new SkippedRows();
        for (int i = from; i < to; i++) {
            String file = i % 5 == 0 ? "" : "file-" + i / 7;
            rows.add(new SkippedRows.Sample(i % 3 == 0 ? "null" : "label", "row " + i, "problem " + i), file);
        }
        return rows;
    }

    private static byte[] bytes(SkippedRows rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void mergingThePartsInOrderGivesTheWholeAndEmptyIsAnIdentity() throws IOException {
        byte[] whole = bytes(rows(0, 60));
        for (int cut : new int[] {0, 1, 9, 30, 60}) {
            SkippedRows merged = new SkippedRows();
            merged.merge(rows(0, cut));
            merged.merge(rows(cut, 60));
            assertThat(bytes(merged)).isEqualTo(whole);
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] bytes = bytes(rows(0, 25));
        SkippedRows read = SkippedRows.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        assertThat(bytes(read)).isEqualTo(bytes);
        assertThat(read.count()).isEqualTo(25);
        assertThat(read.byReason()).isEqualTo(Map.of("null", 9L, "label", 16L));
        assertThat(read.samples()).hasSize(SkippedRows.SAMPLES);
        assertThat(read.samples().get(3)).isEqualTo(new SkippedRows.Sample("null", "row 3", "problem 3"));
        assertThat(read).hasToString("16 label, 9 null");
    }

    @Test
    void filesBeyondTheFirstThousandAreCountedTogether() {
        SkippedRows rows = rows(0, 10 * 7 * SkippedRows.FILES);
        assertThat(rows.byFile()).hasSize(SkippedRows.FILES + 1).containsKey(SkippedRows.OTHER_FILES);
        assertThat(rows.byFile().values().stream().mapToLong(i -> i).sum())
                .isEqualTo(10L * 7 * SkippedRows.FILES * 4 / 5);
    }
}
