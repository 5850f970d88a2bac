package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.LocalSpark;

/** What Spark's pages show while a job runs. */
final class JobDescriptionTest {
    private static final Path SAMPLE_DATA = Path.of(System.getProperty("kfac.basedir"), "sample-data");

    private static StatisticsState collect(SparkSession spark, Network network) {
        Dataset<Row> digits =
                spark.read().parquet(SAMPLE_DATA.resolve("digits.parquet").toString());
        CollectOptions options =
                CollectOptions.defaults().withFisher(Fisher.exact()).withColumns(Columns.of("features", "label"));
        return SparkKfac.collect(network, digits, options).statistics();
    }

    private static Network model(Configuration hadoop) {
        return SparkKfac.readModel(
                Location.of(SAMPLE_DATA.resolve("digits-model").toString(), hadoop));
    }

    @Test
    void jobsSayWhatTheyAreFor() {
        SparkSession spark = LocalSpark.shared();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        Network network = model(hadoop);
        List<String> seen = new ArrayList<>();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                seen.add(start.properties().getProperty("spark.job.description"));
                seen.add(start.stageInfos().head().name());
            }
        };
        spark.sparkContext().addSparkListener(listener);
        try {
            collect(spark, network);
            spark.sparkContext().listenerBus().waitUntilEmpty(30_000);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            spark.sparkContext().removeSparkListener(listener);
        }
        String what = "loss and gradient, [kronecker] statistics, exact Fisher of 64 → 32 tanh → 10, softmax";
        assertThat(seen).contains(what, "kfac: " + what);
    }
}
