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

/** With a small {@code spark.driver.maxResultSize} either nothing is started or everything arrives, through a shuffle. */
final class ResultSizeIT {
    private static final int GROUPS = 8;
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax", 240, 3);
    private static final CollectOptions OPTIONS = CollectOptions.defaults()
            .withKinds(StatisticKind.KRONECKER, StatisticKind.FULL)
            .withFisher(Fisher.exact())
            .withGroups(GROUPS);

    private static Dataset<Row> data(org.apache.spark.sql.SparkSession session) {
        return session.range(0, 400, 1, GROUPS)
                .selectExpr("transform(sequence(1, 240), i -> sin(i * id)) as features", "id % 3 as label");
    }

    private static Collected collect(String limit, CollectOptions options) {
        return LocalSpark.with(
                "local[2]",
                Map.of("spark.driver.maxResultSize", limit),
                session -> SparkKfac.collect(NETWORK, data(session), options));
    }

    private static int tasks(String limit, CollectOptions options) {
        JobCount count = new JobCount();
        LocalSpark.with("local[2]", Map.of("spark.driver.maxResultSize", limit), session -> {
            count.during(session.sparkContext(), () -> SparkKfac.collect(NETWORK, data(session), options));
            return null;
        });
        return count.tasks();
    }

    /** To the byte: eight times state and overhead. */
    private static final long JUST_ENOUGH =
            GROUPS * (OPTIONS.plan().request(NETWORK).stateBytes(NETWORK) + (64 << 10));

    @Test
    void statesThatAreJustAllowedArriveAsResultsAndLargerOnesThroughAShuffleWithTheSameBytes() {
        assertThat(JUST_ENOUGH).isGreaterThan(32 << 20);
        assertThat(tasks(JUST_ENOUGH + "b", OPTIONS)).isEqualTo(GROUPS);
        assertThat(tasks(JUST_ENOUGH - 1 + "b", OPTIONS)).isGreaterThan(GROUPS);
        Collected results = collect(JUST_ENOUGH + "b", OPTIONS);
        Collected shuffled = collect(JUST_ENOUGH - 1 + "b", OPTIONS);
        assertThat(shuffled.fingerprint()).isEqualTo(results.fingerprint());
        assertThat(Samples.bytes(shuffled.statistics())).isEqualTo(Samples.bytes(results.statistics()));
        Collected other = collect(JUST_ENOUGH - 1 + "b", OPTIONS.withGroups(7));
        assertThat(Samples.bytes(other.statistics())).isNotEqualTo(Samples.bytes(results.statistics()));
    }

    @Test
    void aLimitBelowAFewTilesIsRefusedBeforeTheJob() {
        LocalSpark.with("local[2]", Map.of("spark.driver.maxResultSize", "31m"), session -> {
            JobCount count = new JobCount();
            count.during(session.sparkContext(), () -> {
                assertThatThrownBy(() -> SparkKfac.collect(NETWORK, data(session), OPTIONS))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("8 groups of ")
                        .hasMessageContaining("exceed spark.driver.maxResultSize = 31 MiB")
                        .hasMessageEndingWith("raise that setting to 32 MiB or more");
                return List.of();
            });
            assertThat(count.jobs()).isZero();
            return null;
        });
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
