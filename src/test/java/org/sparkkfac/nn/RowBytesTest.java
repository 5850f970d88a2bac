package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.linalg.Precision;

final class RowBytesTest {
    private static RowBlock block(Precision precision, boolean labelled, boolean weighted) {
        RowBlockBuilder builder = new RowBlockBuilder(precision, 2, 5);
        for (int b = 0; b < 5; b++) {
            double[] label = labelled ? new double[] {10 + b} : null;
            builder.add(new double[] {b, -b}, label, weighted ? 1 + b : 1, 100 + b);
        }
        return builder.build();
    }

    /** Every run of neighbours, out of a buffer in which other bytes come before. */
    @ParameterizedTest
    @CsvSource({"DOUBLE,true,true", "DOUBLE,false,true", "SINGLE,true,false", "SINGLE,false,false"})
    void aSliceOfTheBytesIsTheSliceOfTheBlock(Precision precision, boolean labelled, boolean weighted) {
        RowBlock block = block(precision, labelled, weighted);
        byte[] bytes = RowBytes.bytes(block);
        ByteBuffer inside =
                ByteBuffer.allocate(bytes.length + 7).position(7).put(bytes).position(7);
        RowBytes kept = new RowBytes(inside);
        for (int first = 0; first < 5; first++) {
            for (int count = 1; first + count <= 5; count++) {
                assertSame(kept.slice(first, count), block.slice(first, count));
            }
        }
        assertSame(kept.block(), block);
    }

    private static void assertSame(RowBlock actual, RowBlock expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.x().precision()).isEqualTo(expected.x().precision());
        assertThat(actual.hasUnitWeights()).isEqualTo(expected.hasUnitWeights());
        assertThat(actual.labels() == null).isEqualTo(expected.labels() == null);
        for (int b = 0; b < expected.rows(); b++) {
            for (int i = 0; i < 3; i++) {
                assertThat(actual.features().extended().get(i, b))
                        .isEqualTo(expected.features().extended().get(i, b));
            }
            if (expected.labels() != null) {
                assertThat(actual.labels().get(0, b))
                        .isEqualTo(expected.labels().get(0, b));
            }
            assertThat(actual.weight(b)).isEqualTo(expected.weight(b));
            assertThat(actual.id(b)).isEqualTo(expected.id(b));
        }
    }
}
