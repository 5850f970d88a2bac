package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.linalg.Precision;

final class RowBlockBuilderTest {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowsFillBlocksAndTheRestMakesTheLast(Precision precision) {
        RowBlockBuilder builder = new RowBlockBuilder(precision, 2, 2);
        assertThat(builder.isEmpty()).isTrue();
        assertThat(builder.add(new double[] {1, 2}, new double[] {7}, 1, 100)).isFalse();
        assertThat(builder.add(new double[] {3, 4}, new double[] {8}, 1, -1)).isTrue();
        RowBlock full = builder.build();
        assertThat(builder.isEmpty()).isTrue();
        builder.add(new double[] {5, 6}, new double[] {9}, 0.5, 101);
        RowBlock rest = builder.build();

        assertThat(full.rows()).isEqualTo(2);
        assertThat(full.hasUnitWeights()).isTrue();
        assertThat(full.weight(1)).isEqualTo(1);
        assertThat(full.id(1)).isEqualTo(-1);
        assertThat(full.x().precision()).isEqualTo(precision);
        assertThat(full.x().get(0, 1)).isEqualTo(3);
        assertThat(full.features().extended().get(2, 1)).isEqualTo(1);
        assertThat(full.labels().get(0, 1)).isEqualTo(8);

        assertThat(rest.rows()).isEqualTo(1);
        assertThat(rest.hasUnitWeights()).isFalse();
        assertThat(rest.weight(0)).isEqualTo(0.5);
        assertThat(rest.id(0)).isEqualTo(101);
        assertThat(rest.x().get(1, 0)).isEqualTo(6);
        assertThat(rest.features().extended().get(2, 0)).isEqualTo(1);
        assertThat(rest.labels().get(0, 0)).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowsWithoutLabelsMakeABlockWithoutLabels(Precision precision) {
        RowBlockBuilder builder = new RowBlockBuilder(precision, 1, 3);
        builder.add(new double[] {1}, null, 1, 0);
        assertThat(builder.build().labels()).isNull();
        assertThat(builder.build().rows()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aReusingBuilderFillsTheSameMemoryWithLabelsOfAnyLength(Precision precision) {
        RowBlockBuilder builder = RowBlockBuilder.reusing(precision, 1, 2);
        builder.add(new double[] {1}, new double[] {7}, 0.5, 0);
        builder.add(new double[] {2}, new double[] {8}, 1, 1);
        RowBlock first = builder.build();
        assertThat(first.labels().get(0, 1)).isEqualTo(8);
        builder.add(new double[] {3}, new double[] {9, 10}, 1, 2);
        RowBlock second = builder.build();
        assertThat(second.rows()).isEqualTo(1);
        assertThat(second.hasUnitWeights()).isTrue();
        assertThat(second.x().get(0, 0)).isEqualTo(3);
        assertThat(second.labels().get(1, 0)).isEqualTo(10);
        assertThat(first.x().get(0, 0)).isEqualTo(3);
        assertThat(first.weight(0)).isEqualTo(0.5);
        builder.add(new double[] {4}, null, 1, 3);
        assertThat(builder.build().labels()).isNull();
    }

    /** Before, 1024 rows of 2¹⁸ features took 2.1 GB in a task that had one row. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void memoryGrowsWithTheRowsAndTheirValuesStay(Precision precision) {
        int inputs = 1 << 19;
        RowBlockBuilder builder = RowBlockBuilder.reusing(precision, inputs, 1024);
        assertThat(builder.room()).isEqualTo(16);
        double[] x = new double[inputs];
        for (int i = 0; i < 40; i++) {
            x[0] = i;
            x[inputs - 1] = -i;
            assertThat(builder.add(x, new double[] {2 * i}, 1 + i % 2, 100 + i)).isFalse();
        }
        assertThat(builder.room()).isEqualTo(64);
        RowBlock block = builder.build();
        assertThat(block.rows()).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            assertThat(block.x().get(0, i)).isEqualTo(i);
            assertThat(block.x().get(inputs - 1, i)).isEqualTo(-i);
            assertThat(block.features().extended().get(inputs, i)).isEqualTo(1);
            assertThat(block.labels().get(0, i)).isEqualTo(2 * i);
            assertThat(block.weight(i)).isEqualTo(1 + i % 2);
            assertThat(block.id(i)).isEqualTo(100 + i);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aBlockIsFullAtItsCapacityAlsoIfThatIsNoPowerOfTwo(Precision precision) {
        RowBlockBuilder builder = new RowBlockBuilder(precision, 1 << 19, 18);
        double[] x = new double[1 << 19];
        for (int block = 0; block < 2; block++) {
            for (int i = 0; i < 17; i++) {
                assertThat(builder.add(x, null, 1, i)).isFalse();
            }
            assertThat(builder.add(x, null, 1, 17)).isTrue();
            assertThat(builder.room()).isEqualTo(18);
            assertThat(builder.build().rows()).isEqualTo(18);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void ordinaryBlocksAreOneAllocationAndHugeOnesAreNot(Precision precision) {
        assertThat(RowBlockBuilder.firstRoom(precision, 784, 1024)).isEqualTo(1024);
        assertThat(RowBlockBuilder.firstRoom(precision, 1, 1)).isEqualTo(1);
        long bytes = (64L + 1) * precision.bytes() * RowBlockBuilder.firstRoom(precision, 64, 100_000_000);
        assertThat(bytes).isBetween(31L << 20, 32L << 20);
        assertThat(RowBlockBuilder.firstRoom(precision, Integer.MAX_VALUE, 1024))
                .isEqualTo(16);
    }
}
