package org.sparkkfac.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.testing.Near;

/** The Java of the README runs and solves what it says; that of the site compiles. */
class JavaBlocksTest {
    @TempDir
    private Path directory;

    @Test
    void theExampleOfTheReadmeGivesTheNaturalGradientOfTheDigits() throws Exception {
        SparkSession spark = LocalSpark.shared();

        ParameterVector step = (ParameterVector) readme().run(directory, "step");

        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        Network network = SparkKfac.readModel(Location.of(sampleData("digits-model"), hadoop));
        StatisticsState statistics = SparkKfac.collect(
                        network, spark.read().parquet(sampleData("digits.parquet")), CollectOptions.defaults())
                .statistics();
        ParameterVector gradient = statistics.meanGradient().orElseThrow();
        assertThat(statistics.rows()).isEqualTo(1797);
        // sample-data/README.md: mean losses of the rows trained on and held out.
        Near.assertNear("mean loss", statistics.meanLoss().orElseThrow(), (1438 * 0.0346 + 359 * 0.0880) / 1797, 2e-3);
        // (A ⊗ G + λI)·step is the gradient again.
        for (int l = 0; l < gradient.layers().size(); l++) {
            var block = FisherBlocks.of(statistics, Method.EIGEN.structure())
                    .block(l)
                    .multiply(step.block(l));
            block.add(1e-3, step.block(l));
            Near.assertNear("gradient", block, gradient.block(l), 1e-10);
        }
    }

    @Test
    void theExamplesOfTheSiteCompile() throws Exception {
        List<Page.Fence> blocks = Page.site().stream()
                .flatMap(page -> page.fences("java").stream())
                .toList();
        assertThat(blocks).isNotEmpty();
        for (Page.Fence block : blocks) {
            new JavaBlock(block).compile(directory, "null");
        }
    }

    @Test
    void aBlockThatDoesNotCompileIsAnErrorOfItsPage() {
        Page page = new Page(Page.PROJECT.resolve("X.md"), List.of("```java", "int x = \"one\";", "```"));
        assertThatThrownBy(() -> new JavaBlock(page.fences("java").get(0)).compile(directory, "x"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("X.md:1")
                .hasMessageContaining("incompatible types");
    }

    private static JavaBlock readme() {
        List<Page.Fence> blocks = Page.readme().fences("java");
        assertThat(blocks).hasSize(1);
        return new JavaBlock(blocks.get(0));
    }

    private static String sampleData(String name) {
        return Page.PROJECT.resolve("sample-data").resolve(name).toString();
    }
}
