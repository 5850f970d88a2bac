package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.spark.Progress;

class ProgressLinesTest {
    private final List<String> lines = new ArrayList<>();
    private long seconds;
    private final Progress progress = new ProgressLines(lines::add, () -> seconds * 1_000_000_000);

    @Test
    void saysStartAndEndAndALineAtMostEveryTenSeconds() {
        progress.start("collect", 40);
        for (int part = 1; part <= 40; part++) {
            seconds++;
            progress.update(part, 1000L * part);
        }
        progress.done();

        assertThat(lines)
                .containsExactly(
                        "collect: started, 40 parts",
                        "collect: 25 %, 10 of 40 parts, 1,000 rows/s, 30.0 s left",
                        "collect: 50 %, 20 of 40 parts, 1,000 rows/s, 20.0 s left",
                        "collect: 75 %, 30 of 40 parts, 1,000 rows/s, 10.0 s left",
                        "collect: 100 %, 40 of 40 parts, 1,000 rows/s, 0.0 s left",
                        "collect: done in 40.0 s, 1,000 rows/s");
    }

    @Test
    void saysWhereItStoppedIfItDidNotFinish() {
        progress.start("collect", 2);
        seconds = 3;
        progress.update(1, 0);
        progress.done();
        progress.done();
        progress.update(2, 0);

        assertThat(lines).containsExactly("collect: started, 2 parts", "collect: stopped after 1 of 2 parts in 3.0 s");
    }

    @Test
    void copesWithNothingToDo() {
        progress.start("collect", 0);
        seconds = 11;
        progress.update(0, 0);
        progress.done();

        assertThat(lines)
                .containsExactly(
                        "collect: started, 0 parts", "collect: 100 %, 0 of 0 parts", "collect: done in 11.0 s");
    }
}
