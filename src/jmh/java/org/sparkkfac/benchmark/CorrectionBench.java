package org.sparkkfac.benchmark;

import org.sparkkfac.stats.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.stats.EigenBasis;

/** The second pass of the eigenvalue-corrected Fisher, on the network and rows of {@link StatisticsBench}. */
final class CorrectionBench implements Bench {
    @Override
    public String name() {
        return "correction";
    }

    @Override
    public String description() {
        return "the EKFAC pass in a given eigenbasis, on the network, rows and kept blocks of 'statistics'; the clock holds"
                + " the whole pass, with the broadcast of the basis";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.autoencoder();
            Dataset<Row> digits = Mnist.read(session, setting.data(), 2, StatisticsBench.GROUPS);
            List<Case> cases = new ArrayList<>();
            for (Precision precision : setting.precisions()) {
                CollectOptions options = StatisticsBench.options(precision);
                SparkPass kept = new SparkPass(digits, options).persist(StorageLevel.MEMORY_ONLY());
                List<EigenBasis> bases = EigenBasis.of(options.plan().collect(network, kept));
                Request second = options.plan().corrections(network, bases);
                double flop = StatisticsBench.ROWS * second.flopsOfRow(network);
                cases.add(Case.of("EKFAC pass", precision, flop, () -> kept.run(network, second)));
            }
            setting.timing().run(cases).forEach((each, seconds) -> results.add(each, seconds, null));
        } finally {
            session.stop();
        }
    }
}
