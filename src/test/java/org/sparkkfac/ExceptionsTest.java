package org.sparkkfac;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ExceptionsTest {
    @Test
    void messageIsKeptAsGiven() {
        assertThat(new UserException("mend it")).hasMessage("mend it");
    }
}
