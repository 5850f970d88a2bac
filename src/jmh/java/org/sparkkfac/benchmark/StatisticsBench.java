package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;

/** One pass over MNIST twice for the deep autoencoder, from kept blocks and from Parquet. */
final class StatisticsBench implements Bench {
    static final int ROWS = 20_000;
    static final int GROUPS = 4;
    static final Columns ITSELF =
            new Columns(List.of("features"), List.of("features"), Optional.empty(), Optional.empty());

    @Override
    public String name() {
        return "statistics";
    }

    @Override
    public String description() {
        return "loss, gradient and Kronecker factors of the deep autoencoder over 20,000 digits, kept as blocks and from"
                + " Parquet; the clock holds the whole pass: broadcast, job, sums on the driver";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.autoencoder();
            Dataset<Row> digits = Mnist.read(session, setting.data(), 2, GROUPS);
            List<Case> cases = new ArrayList<>();
            for (Precision precision : setting.precisions()) {
                CollectOptions options = options(precision);
                double flop = ROWS * options.plan().request(network).flopsOfRow(network);
                SparkPass kept = new SparkPass(digits, options).persist(StorageLevel.MEMORY_ONLY());
                cases.add(Case.of("blocks kept", precision, flop, () -> pass(kept, network, options.plan())));
                SparkPass parquet = new SparkPass(digits, options);
                cases.add(Case.of("from Parquet", precision, flop, () -> pass(parquet, network, options.plan())));
            }
            setting.timing().run(cases).forEach((each, seconds) -> results.add(each, seconds, null));
        } finally {
            session.stop();
        }
    }

    static CollectOptions options(Precision precision) {
        return CollectOptions.defaults()
                .withColumns(ITSELF)
                .withFisher(Fisher.monteCarlo(1, 0))
                .withKinds(StatisticKind.KRONECKER)
                .withPrecision(precision)
                .withGroups(GROUPS);
    }

    static StatisticsState pass(SparkPass pass, Network network, StatisticsPlan plan) {
        StatisticsState state = plan.collect(network, pass);
        if (state.rows() != ROWS) {
            throw new IllegalStateException(state.rows() + " rows instead of " + ROWS);
        }
        return state;
    }
}
