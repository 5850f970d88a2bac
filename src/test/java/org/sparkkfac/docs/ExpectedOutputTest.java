package org.sparkkfac.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExpectedOutputTest {
    private static ExpectedOutput page(String... lines) {
        return new ExpectedOutput(List.of(lines), List.of(), 0);
    }

    @Test
    void theSameLinesAreTheSame() {
        assertThat(page("a 1.5", "b").difference(List.of("a 1.5", "b"))).isEmpty();
    }

    @Test
    void anotherWordNumberOrLineIsADifference() {
        assertThat(page("a 1.50").difference(List.of("b 1.50"))).isPresent();
        assertThat(page("a 1.50").difference(List.of("a 1.52"))).isPresent();
        assertThat(page("1,797 rows").difference(List.of("1,798 rows"))).isPresent();
        assertThat(page("a 1.5").difference(List.of("a  1.6", "b"))).isPresent();
        assertThat(page("a", "b").difference(List.of("a"))).isPresent();
        assertThat(page("a").difference(List.of("a", "b"))).isPresent();
        assertThat(page("−0.5").difference(List.of("0.5"))).isPresent();
    }

    @Test
    void roundingMayMoveTheLastPlace() {
        assertThat(page("a 1.50").difference(List.of("a 1.51"))).isEmpty();
        assertThat(page("a 2.919e-12").difference(List.of("a 2.918e-12"))).isEmpty();
        assertThat(page("a 2.919e-12").difference(List.of("a 2.919e-11"))).isPresent();
    }

    @Test
    void durationsAndWhatThePageNamesMayDiffer() {
        assertThat(page("read 0.1 s; in all 2.5 s").difference(List.of("read 10.0 s; in all 1 min 2 s")))
                .isEmpty();
        var varies = new ExpectedOutput(List.of("kernel  Haswell"), List.of(Pattern.compile("(?<=kernel) +\\w+")), 0);
        assertThat(varies.difference(List.of("kernel Zen"))).isEmpty();
        assertThat(varies.difference(List.of("threads Zen"))).isPresent();
    }

    @Test
    void numbersMayDifferByThePartThatThePageNames() {
        var within = new ExpectedOutput(List.of("loss 0.1000"), List.of(), 0.05);
        assertThat(within.difference(List.of("loss 0.1049"))).isEmpty();
        assertThat(within.difference(List.of("loss 0.1060"))).isPresent();
    }

    @Test
    void dotsStandForAnyLines() {
        assertThat(page("a", "…", "d").difference(List.of("a", "b", "c", "d"))).isEmpty();
        assertThat(page("a", "…", "d").difference(List.of("a", "d"))).isEmpty();
        assertThat(page("a", "…").difference(List.of("a", "b"))).isEmpty();
        assertThat(page("a", "…", "d").difference(List.of("a", "b", "c"))).isPresent();
    }
}
