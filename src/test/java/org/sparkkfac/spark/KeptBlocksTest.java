package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        Collected once = new SparkPass(rows, options(precision)).collect(NETWORK, plan);
        byte[] expected = Samples.bytes(once.statistics());
        assertThat(reads.value()).isEqualTo(ROWS);
        try (SparkPass kept = new SparkPass(rows, options(precision)).persist(StorageLevel.MEMORY_AND_DISK())) {
            for (int pass = 0; pass < 3; pass++) {
                Collected again = kept.collect(NETWORK, plan);
                assertThat(Samples.bytes(again.statistics())).isEqualTo(expected);
                assertThat(again.fingerprint()).isEqualTo(once.fingerprint());
            }
            assertThat(reads.value()).isEqualTo(2 * ROWS);
        }
        byte[] other = Samples.bytes(
                plan.collect(NETWORK, new SparkPass(rows, options(precision).withBlockRows(50))));
        assertThat(other).isNotEqualTo(expected);
    }

    @Test
    void nothingIsKeptAfterTheEnd() {
        var before = LocalSpark.shared().sparkContext().getPersistentRDDs().size();
        SparkPass kept =
                new SparkPass(counted(accumulator()), options(Precision.DOUBLE)).persist(StorageLevel.MEMORY_ONLY());
        options(Precision.DOUBLE).plan().collect(NETWORK, kept);
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(before + 1);
        kept.close();
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(before);
    }

    @Test
    void aPassThatWantsOtherBlocksIsRefused() {
        try (SparkPass kept =
                new SparkPass(counted(accumulator()), options(Precision.DOUBLE)).persist(StorageLevel.MEMORY_ONLY())) {
            options(Precision.DOUBLE).plan().collect(NETWORK, kept);
            assertThatThrownBy(() -> options(Precision.SINGLE).plan().collect(NETWORK, kept))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the rows are in double precision");
            Network other = Samples.network(Cases.one(), "gaussian");
            assertThatThrownBy(() -> options(Precision.DOUBLE).plan().collect(other, kept))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the blocks are kept for ");
        }
    }

    @Test
    void badRowsAreNamedAndSkippedRowsCountedInEveryPass() {
        SparkSession session = LocalSpark.shared();
        Dataset<Row> rows = Samples.dataset(session, Samples.random(Cases.one(), "softmax", ROWS))
                .withColumn("label", org.apache.spark.sql.functions.expr("if(id % 10 = 3, null, label)"));
        CollectOptions options = options(Precision.DOUBLE);
        try (SparkPass kept = new SparkPass(rows, options).persist(StorageLevel.MEMORY_ONLY())) {
            assertThatThrownBy(() -> options.plan().collect(NETWORK, kept))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("bad row: ");
        }
        CollectOptions skipping = options.withBadRows(BadRowPolicy.SKIP);
        try (SparkPass kept = new SparkPass(rows, skipping).persist(StorageLevel.MEMORY_ONLY())) {
            for (int pass = 0; pass < 2; pass++) {
                Collected collected = kept.collect(NETWORK, skipping.plan());
                assertThat(collected.skipped().count()).isPositive();
                assertThat(collected.skipped().count() + collected.statistics().rows())
                        .isEqualTo(ROWS);
            }
        }
    }
}
