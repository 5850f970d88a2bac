package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkkfac.curvature.DiagonalBlock;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

final class DampingRuleTest {
    private static FisherBlock block(String layer) {
        return new DiagonalBlock(
                new LayerShape(layer, 2, 3, false),
                DoubleMatrix.ofRows(new double[] {1, 2}, new double[] {3, 4}, new double[] {5, 9}));
    }

    /** Also where a name is given again: it then counts as the last. */
    @Test
    void theLastNameThatFitsHolds() {
        DampingRule rule = DampingRule.of(Damping.relative(0.5))
                .withLayer("out*", Damping.absolute(1))
                .withLayer("output", Damping.absolute(2));
        assertThat(rule.of(block("output"))).isEqualTo(2);
        assertThat(rule.of(block("outer"))).isEqualTo(1);
        assertThat(rule.of(block("hidden"))).isEqualTo(0.5 * 4);
        DampingRule again = rule.withLayer("out*", Damping.absolute(3));
        assertThat(again.of(block("output"))).isEqualTo(3);
        assertThat(again.byLayer()).hasSize(2);
        assertThat(rule.of(block("output")))
                .as("the first rule stays as it was")
                .isEqualTo(2);
    }
}
