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
}
