package org.sparkkfac.spark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.testing.Near;

/** Matrices cut in tiles: each entry is in one of them. */
final class TilesTest {
    @Test
    void everyEntryIsInOneTileAndNoTileIsLarge() {
        List<DoubleMatrix> parts = new ArrayList<>();
        // Many columns, a remainder, one column longer than a tile, nothing.
        for (int[] shape : new int[][] {{1000, 1300}, {3, 5}, {600_000, 2}, {7, 0}}) {
            parts.add(DoubleMatrix.zeros(shape[0], shape[1]));
        }
        Tiles tiles = Tiles.of(parts);
        long bytes = 0;
        for (int tile = 0; tile < tiles.count(); tile++) {
            DoubleMatrix view = tiles.view(tile, parts);
            view.map(x -> x + 1);
            bytes += view.byteSize();
            assertThat(view.columns() == 1 || view.byteSize() <= 4 << 20).isTrue();
        }
        assertThat(tiles.bytes()).isEqualTo(bytes);
        assertThat(tiles.count()).isEqualTo(3 + 1 + 2);
        for (DoubleMatrix part : parts) {
            DoubleMatrix ones = DoubleMatrix.zeros(part.rows(), part.columns());
            ones.fill(1);
            Near.assertSameBits("covered once", part, ones);
        }
    }
}
