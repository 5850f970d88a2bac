package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** States that the driver could not receive are refused before the job. */
final class ResultSizeTest {
    private static final long MIB = 1 << 20;

    private static Optional<ResultSize.Problem> problem(int groups, long stateBytes) {
        return ResultSize.problem(groups, stateBytes, 1024 * MIB, 1L << 40);
    }

    @Test
    void whatFitsPasses() {
        assertThat(problem(32, 30 * MIB)).isEmpty();
    }

    @Test
    void tooMuchForSparksLimitIsRefusedWithTheNumberOfGroupsThatFits() {
        assertThat(problem(32, 100 * MIB))
                .contains(new ResultSize.Problem(
                        "32 groups of 100 MiB exceed spark.driver.maxResultSize = 1024 MiB",
                        "set statistics.groups to at most 10 or raise that setting"));
        assertThat(problem(10, 100 * MIB)).isEmpty();
    }

    @Test
    void oneStateAboveTheLimitAsksForTheSetting() {
        assertThat(problem(1, 1100 * MIB))
                .contains(new ResultSize.Problem(
                        "1 group of 1100 MiB exceed spark.driver.maxResultSize = 1024 MiB", "raise that setting"));
    }

    @Test
    void aStateThatNoTaskCanSendIsRefused() {
        for (long bytes : new long[] {2048 * MIB, 1L << 50, Long.MAX_VALUE}) {
            assertThat(problem(32, bytes).orElseThrow().what()).endsWith("more than one task can send");
        }
    }

    @Test
    void whatTheHeapCannotHoldIsRefused() {
        assertThat(ResultSize.problem(4, 100 * MIB, 0, 500 * MIB).orElseThrow().mend())
                .isEqualTo("lower statistics.groups or give the driver more memory");
    }
}
