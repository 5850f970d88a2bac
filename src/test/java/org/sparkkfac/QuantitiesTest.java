package org.sparkkfac;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class QuantitiesTest {
    @Test
    void durationsReadWell() {
        assertThat(Quantities.duration(0.04)).isEqualTo("0.0 s");
        assertThat(Quantities.duration(59.96)).isEqualTo("1 min 0 s");
        assertThat(Quantities.duration(3 * 3600 + 12 * 60)).isEqualTo("3 h 12 min");
    }

    @Test
    void sizesAreInMiBWhereThatSaysEnough() {
        assertThat(Quantities.size(10 << 10)).isEqualTo("10 KiB");
        assertThat(Quantities.size((10 << 20) - 1)).isEqualTo("10,239 KiB");
        assertThat(Quantities.size(10 << 20)).isEqualTo("10 MiB");
        assertThat(Quantities.size(3L << 30)).isEqualTo("3,072 MiB");
    }
}
