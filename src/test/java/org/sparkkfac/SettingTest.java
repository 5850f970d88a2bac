package org.sparkkfac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingTest {
    private static final Setting<Double> SHARE =
            Setting.number("productsShare", Range.SHARE, "share of the rows").withDefault(0.25);

    @Test
    void aNameIsSpelledAsTheFrontEndWants() {
        assertThat(SHARE.words()).isEqualTo("products share");
        assertThat(SHARE.kebab()).isEqualTo("products-share");
        assertThat(Setting.number("beta1", Range.DECAY, "β₁").kebab()).isEqualTo("beta1");
    }

    @Test
    void aValueInRangeIsGivenBack() {
        assertThat(SHARE.check(1.0)).isEqualTo(1);
        assertThat(SHARE.check(Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void aValueOutOfRangeIsRefusedByNameRangeAndValue() {
        for (double wrong : new double[] {0, -1, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> SHARE.check(wrong))
                    .isInstanceOfSatisfying(InvalidSettingException.class, e -> {
                        assertThat(e.setting()).isSameAs(SHARE);
                        assertThat(e.reason()).isEqualTo("must be in (0, 1], not " + wrong);
                    })
                    .hasMessage("products share: must be in (0, 1], not " + wrong);
        }
        assertThatThrownBy(() -> Setting.count("groups", Range.atLeast(1), "").check(0))
                .hasMessage("groups: must be at least 1, not 0");
        Setting<List<String>> names = Setting.list("names", String.class, List.of("a"), "names");
        assertThatThrownBy(() -> names.check(List.of())).hasMessage("names: is an empty list");
    }

    @Test
    void boundsAreInOrOutAsTheWordsSay() {
        assertThat(Range.DECAY.contains(0)).isTrue();
        assertThat(Range.DECAY.contains(1)).isFalse();
        assertThat(Range.POSITIVE.contains(0)).isFalse();
        assertThat(Range.POSITIVE.contains(Double.MIN_VALUE)).isTrue();
        assertThat(Range.NOT_NEGATIVE.contains(0)).isTrue();
        assertThat(Range.NOT_NEGATIVE.contains(Double.POSITIVE_INFINITY)).isFalse();
    }

    @Test
    void aDefaultThatCanBeTakenOutLeavesTheSettingOptional() {
        assertThat(SHARE.isOptional()).isFalse();
        assertThat(SHARE.withOptionalDefault(0.5).isOptional()).isTrue();
        assertThat(SHARE.withOptionalDefault(0.5).standard()).contains(0.5);
        assertThat(Setting.of("path", String.class, "").standard()).isEmpty();
    }
}
