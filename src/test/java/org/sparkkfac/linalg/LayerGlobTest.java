package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.UserException;

final class LayerGlobTest {
    private static final List<LayerShape> LAYERS = List.of(
            new LayerShape("conv1", 2, 3, true),
            new LayerShape("conv2", 3, 3, true),
            new LayerShape("net.0", 3, 1, false));

    @ParameterizedTest
    @CsvSource({
        "*, conv1, true",
        "conv?, conv1, true",
        "conv?, conv12, false",
        "conv, conv1, false",
        "net.0, net.0, true",
        "net.0, netx0, false",
        "[c]onv1, conv1, false",
        "*2, conv2, true"
    })
    void onlyTheStarAndTheQuestionMarkStandForOthers(String glob, String name, boolean matches) {
        assertThat(new LayerGlob(glob).matches(name)).isEqualTo(matches);
    }

    @Test
    void layersAreSelectedInTheirOrderAndANameThatFitsNoneIsRefused() {
        assertThat(new LayerGlob("conv*").select(LAYERS)).containsExactly(LAYERS.get(0), LAYERS.get(1));
        assertThatThrownBy(() -> new LayerGlob("dense*").select(LAYERS))
                .isInstanceOf(UserException.class)
                .hasMessage("no layer is called 'dense*'; there are conv1, conv2, net.0");
    }
}
