package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class ParameterVectorTest {
    private static final List<LayerShape> LAYERS =
            List.of(new LayerShape("first", 2, 3, true), new LayerShape("second", 3, 2, false));

    private static ParameterVector random(Cases random) {
        return new ParameterVector(LAYERS, List.of(random.matrix(3, 3), random.matrix(2, 3)));
    }

    @Test
    void innerProductsSumOverLayers() {
        Cases.each(5, random -> {
            ParameterVector x = random(random);
            ParameterVector y = random(random);
            double expected = 0;
            for (int k = 0; k < 15; k++) {
                expected += x.toArray()[k] * y.toArray()[k];
            }
            Near.assertNear("dot", x.dot(y), expected, 1e-13);
            Near.assertNear("norm", x.norm() * x.norm(), x.dot(x), 1e-13);
            Near.assertFar("one layer left out", x.block(0).dot(y.block(0)), expected);
        });
    }

    @Test
    void theArrayIsVecOfEachLayerInOrder() {
        ParameterVector x = ParameterVector.zeros(LAYERS);
        x.block(0).set(2, 1, 7);
        x.block(1).set(1, 2, 8);
        double[] expected = new double[15];
        expected[5] = 7;
        expected[14] = 8;
        assertThat(x.toArray()).containsExactly(expected);
    }

    @Test
    void aCopyIsIndependentAndABlockIsShared() {
        ParameterVector x = random(Cases.one());
        ParameterVector copy = x.copy();
        copy.add(2, x);
        copy.scale(1.0 / 3);
        Near.assertNear("(x + 2x)/3", copy, x, 1e-15);
        double before = x.block(0).get(0, 0);
        copy.block(0).set(0, 0, Double.NaN);
        assertThat(copy.isFinite()).isFalse();
        assertThat(x.isFinite()).isTrue();
        assertThat(x.block(0).get(0, 0)).isEqualTo(before);
    }

    @Test
    void theTextSaysLayersAndNorm() {
        ParameterVector x = ParameterVector.zeros(LAYERS.subList(0, 1));
        x.block(0).set(0, 0, 3);
        x.block(0).set(1, 1, 4);
        assertThat(x).hasToString("first 3 × 3; norm 5.0");
    }

    @Test
    void otherShapesAreRefused() {
        List<LayerShape> one = LAYERS.subList(0, 1);
        assertThatThrownBy(() -> new ParameterVector(LAYERS, List.of(DoubleMatrix.zeros(3, 3))))
                .hasMessage("2 layers but 1 blocks");
        assertThatThrownBy(() -> new ParameterVector(one, List.of(DoubleMatrix.zeros(3, 2))))
                .hasMessageContaining("layer first is 3 × 3 but its block is 3 × 2");
        assertThatThrownBy(() -> ParameterVector.zeros(LAYERS).dot(ParameterVector.zeros(one)))
                .hasMessageContaining("layers differ");
        assertThatThrownBy(() -> ParameterVector.zeros(LAYERS).add(1, ParameterVector.zeros(one)))
                .hasMessageContaining("layers differ");
        assertThatThrownBy(() -> new LayerShape("none", 0, 1, true)).hasMessageContaining("layer 'none'");
    }
}
