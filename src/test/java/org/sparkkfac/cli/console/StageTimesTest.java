package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;

class StageTimesTest {
    private double seconds;
    private final StageTimes stages = new StageTimes(() -> Math.round(seconds * 1e9));

    @Test
    void sumsUpWhatWasWrittenWhereAndHowLongEachStageTook() throws Exception {
        String result = stages.time("read", taking(0.25, "rows"));
        stages.time("collect", taking(125, 1));
        stages.time("read", taking(0.5, 2));
        stages.wrote("statistics", "out/digits-statistics");

        assertThat(result).isEqualTo("rows");
        assertThat(stages.summary()).isEqualTo("""
                        wrote statistics to out/digits-statistics
                        time: read 0.8 s, collect 2 min 5 s; in all 2 min 6 s
                        """);
    }

    @Test
    void aStageThatFailsIsTimedAndFails() {
        assertThatThrownBy(() -> stages.time("read", () -> {
                    seconds = 2;
                    throw new UserException("no");
                }))
                .isInstanceOf(UserException.class);
        assertThat(stages.summary()).isEqualTo("time: read 2.0 s; in all 2.0 s\n");
    }

    @Test
    void nothingDoneIsNothingToSay() {
        assertThat(stages.summary()).isEmpty();
    }

    private <T> StageTimes.Work<T, RuntimeException> taking(double time, T result) {
        return () -> {
            seconds += time;
            return result;
        };
    }
}
