package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.testing.LocalSpark;

/** States that the driver could not receive are refused before the job; the session's limit is Spark's, 1 GiB. */
final class ResultSizeTest {
    private static final long MIB = 1 << 20;

    private static void check(int groups, long stateBytes) {
        ResultSize.check(new JavaSparkContext(LocalSpark.shared().sparkContext()), groups, stateBytes);
    }

    @Test
    void whatFitsPasses() {
        assertThatCode(() -> check(32, 30 * MIB)).doesNotThrowAnyException();
    }

    @Test
    void tooMuchForSparksLimitIsRefusedWithTheNumberOfGroupsThatFits() {
        assertThatThrownBy(() -> check(32, 100 * MIB))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "32 groups of 100 MiB exceed spark.driver.maxResultSize = 1024 MiB; set statistics.groups to"
                                + " at most 10 or raise that setting");
        assertThatCode(() -> check(10, 100 * MIB)).doesNotThrowAnyException();
    }

    @Test
    void oneStateAboveTheLimitAsksForTheSetting() {
        assertThatThrownBy(() -> check(1, 1100 * MIB))
                .isInstanceOf(UserException.class)
                .hasMessage("one state of 1100 MiB exceeds spark.driver.maxResultSize = 1024 MiB; raise that setting or"
                        + " choose fewer or smaller statistics (kronecker, diagonal)");
    }

    @Test
    void aStateThatNoTaskCanSendAsksForOtherStatistics() {
        for (long bytes : new long[] {2048 * MIB, 1L << 50, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> check(32, bytes))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("more than one task can send; choose fewer or smaller statistics");
        }
    }
}
