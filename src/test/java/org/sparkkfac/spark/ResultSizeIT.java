package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** With a small {@code spark.driver.maxResultSize} either nothing is started or everything arrives. */
final class ResultSizeIT {
    private static final int GROUPS = 8;
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax", 40, 3);
    private static final CollectOptions OPTIONS = CollectOptions.defaults()
            .withKinds(StatisticKind.KRONECKER, StatisticKind.EXACT_BLOCK)
            .withFisher(Fisher.exact())
            .withGroups(GROUPS);

    private static Dataset<Row> data(org.apache.spark.sql.SparkSession session) {
        return session.range(0, 400, 1, GROUPS)
                .selectExpr("transform(sequence(1, 40), i -> sin(i * id)) as features", "id % 3 as label");
    }

    @Test
    void theRefusalComesBeforeTheJobAndItsAdviceWorks() {
        long state = OPTIONS.plan().stateBytes(NETWORK.layers());
        String limit = 4 * (state + (20 << 10)) + "b";
        LocalSpark.with("local[2]", Map.of("spark.driver.maxResultSize", limit), session -> {
            JobCount count = new JobCount();
            count.during(session.sparkContext(), () -> {
                assertThatThrownBy(() -> SparkKfac.collect(NETWORK, data(session), OPTIONS))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("8 groups of ")
                        .hasMessageContaining("exceed spark.driver.maxResultSize = ")
                        .hasMessageEndingWith("set statistics.groups to at most 4 or raise that setting");
                return List.of();
            });
            assertThat(count.jobs()).isZero();
            return SparkKfac.collect(NETWORK, data(session), OPTIONS.withGroups(4));
        });
    }

    @Test
    void whatIsJustAllowedArrives() {
        // To the byte: eight times state and overhead.
        long limit = GROUPS * (OPTIONS.plan().stateBytes(NETWORK.layers()) + (16 << 10));
        Collected collected = LocalSpark.with(
                "local[2]",
                Map.of("spark.driver.maxResultSize", limit + "b"),
                session -> SparkKfac.collect(NETWORK, data(session), OPTIONS));
        assertThat(collected.input().groups()).hasSize(GROUPS);
        Collected little = LocalSpark.with(
                "local[2]",
                Map.of("spark.driver.maxResultSize", limit + "b"),
                session -> SparkKfac.collect(NETWORK, data(session), OPTIONS.withKinds(StatisticKind.DIAGONAL)));
        assertThat(little.statistics().rows()).isEqualTo(400);
        assertThatThrownBy(() -> LocalSpark.with(
                        "local[2]",
                        Map.of("spark.driver.maxResultSize", limit - 1 + "b"),
                        session -> SparkKfac.collect(NETWORK, data(session), OPTIONS)))
                .isInstanceOf(UserException.class);
    }

    @Test
    void noLimitIsNoLimit() {
        Collected collected = LocalSpark.with(
                "local[2]",
                Map.of("spark.driver.maxResultSize", "0"),
                session -> SparkKfac.collect(NETWORK, data(session), OPTIONS));
        assertThat(collected.statistics().rows()).isEqualTo(400);
    }
}
