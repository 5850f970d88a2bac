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
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.testing.Near;

/** The Java example of the README, and what Spark's pages show while it runs. */
final class ReadmeExampleTest {
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
    void theJavaExampleGivesTheNaturalGradientOfTheDigits() {
        SparkSession spark = LocalSpark.shared();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        StatisticsState statistics = collect(spark, model(hadoop));
        Preconditioner p = SparkKfac.invert(statistics, Method.EIGEN, Damping.absolute(1e-3));
        ParameterVector gradient = statistics.meanGradient().orElseThrow();
        ParameterVector step = SparkKfac.solve(p, gradient);
        assertThat(statistics.rows()).isEqualTo(1797);
        // sample-data/README.md: mean losses of the rows trained on and held out.
        Near.assertNear("mean loss", statistics.meanLoss().orElseThrow(), (1438 * 0.0346 + 359 * 0.0880) / 1797, 2e-3);
        // (A ⊗ G + λI)·step is the gradient again.
        for (int l = 0; l < gradient.layers().size(); l++) {
            var block = org.sparkkfac.curvature.FisherBlocks.of(statistics, Method.EIGEN.structure())
                    .block(l)
                    .multiply(step.block(l));
            block.add(1e-3, step.block(l));
            Near.assertNear("gradient", block, gradient.block(l), 1e-10);
        }
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
        String what = "[kronecker] statistics, exact Fisher, of 64 → 32 tanh → 10, softmax";
        assertThat(seen).contains(what, "kfac: " + what);
    }
}
