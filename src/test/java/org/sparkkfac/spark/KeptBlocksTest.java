package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Passes over rows that are kept as blocks. */
final class KeptBlocksTest {
    private static final int ROWS = 50;
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax");

    /** Rows that count how often they are read. */
    private static Dataset<Row> counted(LongAccumulator reads) {
        SparkSession session = LocalSpark.shared();
        Dataset<Row> rows = Samples.dataset(session, Samples.random(Cases.one(), "softmax", ROWS));
        return session.createDataFrame(
                rows.javaRDD().map(row -> {
                    reads.add(1);
                    return row;
                }),
                Samples.SCHEMA);
    }

    private static LongAccumulator accumulator() {
        return LocalSpark.shared().sparkContext().longAccumulator();
    }

    private static CollectOptions options(Precision precision) {
        return Samples.options(Fisher.monteCarlo(2, 3))
                .withPrecision(precision)
                .withBlockRows(7)
                .withGroups(3);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowsAreReadOnceAndEveryPassGivesTheBytesOfRowsThatAreNotKept(Precision precision) {
        LongAccumulator reads = accumulator();
        Dataset<Row> rows = counted(reads);
        StatisticsPlan plan = options(precision).plan();
        Collected once = new SparkStatisticsPass(rows, options(precision)).collect(NETWORK, plan);
        byte[] expected = Samples.bytes(once.statistics());
        assertThat(reads.value()).isEqualTo(ROWS);
        try (SparkStatisticsPass kept =
                new SparkStatisticsPass(rows, options(precision)).persist(StorageLevel.MEMORY_AND_DISK())) {
            for (int pass = 0; pass < 3; pass++) {
                Collected again = kept.collect(NETWORK, plan);
                assertThat(Samples.bytes(again.statistics())).isEqualTo(expected);
                assertThat(again.fingerprint()).isEqualTo(once.fingerprint());
            }
            assertThat(reads.value()).isEqualTo(2 * ROWS);
        }
        byte[] other =
                Samples.bytes(new SparkStatisticsPass(rows, options(precision).withBlockRows(50))
                        .run(NETWORK, options(precision).withBlockRows(50).plan()));
        assertThat(other).isNotEqualTo(expected);
    }

    @Test
    void nothingIsKeptAfterTheEnd() {
        var before = LocalSpark.shared().sparkContext().getPersistentRDDs().size();
        SparkStatisticsPass kept = new SparkStatisticsPass(counted(accumulator()), options(Precision.DOUBLE))
                .persist(StorageLevel.MEMORY_ONLY());
        kept.run(NETWORK, options(Precision.DOUBLE).plan());
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(before + 1);
        kept.close();
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(before);
    }

    @Test
    void aPassThatWantsOtherBlocksIsRefused() {
        try (SparkStatisticsPass kept = new SparkStatisticsPass(counted(accumulator()), options(Precision.DOUBLE))
                .persist(StorageLevel.MEMORY_ONLY())) {
            kept.run(NETWORK, options(Precision.DOUBLE).plan());
            for (CollectOptions other :
                    List.of(options(Precision.SINGLE), options(Precision.DOUBLE).withBlockRows(8))) {
                assertThatThrownBy(() -> kept.run(NETWORK, other.plan()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("the blocks are kept in double precision, 7 rows each");
            }
        }
    }

    @Test
    void badRowsAreNamedAndSkippedRowsCountedInEveryPass() {
        SparkSession session = LocalSpark.shared();
        Dataset<Row> rows = Samples.dataset(session, Samples.random(Cases.one(), "softmax", ROWS))
                .withColumn("label", org.apache.spark.sql.functions.expr("if(id % 10 = 3, null, label)"));
        CollectOptions options = options(Precision.DOUBLE);
        try (SparkStatisticsPass kept = new SparkStatisticsPass(rows, options).persist(StorageLevel.MEMORY_ONLY())) {
            assertThatThrownBy(() -> kept.run(NETWORK, options.plan()))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("bad row: ");
        }
        CollectOptions skipping = options.withBadRows(BadRowPolicy.SKIP);
        try (SparkStatisticsPass kept = new SparkStatisticsPass(rows, skipping).persist(StorageLevel.MEMORY_ONLY())) {
            for (int pass = 0; pass < 2; pass++) {
                Collected collected = kept.collect(NETWORK, skipping.plan());
                assertThat(collected.skipped().count()).isPositive();
                assertThat(collected.skipped().count() + collected.statistics().rows())
                        .isEqualTo(ROWS);
            }
        }
    }
}
