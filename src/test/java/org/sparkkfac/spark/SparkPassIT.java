package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.PassContract;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Sums for training steps on two executors, and sums too large to be results of tasks. */
final class SparkPassIT {
    private static final Map<String, String> TWO_EXECUTORS = Map.of(
            "spark.scheduler.minRegisteredResourcesRatio", "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime", "60s",
            "spark.locality.wait", "0s");

    /** A test before may have left this process another BLAS than executors use. */
    @BeforeEach
    void chooseTheBlasOfExecutors() {
        Blas.choose(Blas.Choice.BUNDLED);
    }

    @Test
    void theSameBytesOnTwoExecutors() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        StepSamples samples = StepSamples.random(cases, "softmax", 200, 8);
        LocalPass local = samples.local(network, Precision.DOUBLE);
        RowSelection all = local.blocks().all();
        Request everything = PassContract.everything(cases, network, all);
        Request something = StepSamples.something(cases, network, all);
        LocalSpark.with("local-cluster[2,1,1024]", TWO_EXECUTORS, session -> {
            try (SparkPass pass = SparkPass.open(
                    samples.dataset(session), samples.options(Precision.DOUBLE), network, StorageLevel.MEMORY_ONLY())) {
                for (Request request : new Request[] {everything, something, everything}) {
                    assertThat(Asked.bytes(pass.run(network, request)))
                            .isEqualTo(Asked.bytes(local.run(network, request)));
                }
            }
            return null;
        });
    }

    @Test
    void sumsTooLargeForResultsComeThroughAShuffleWithTheSameBytes() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax", 360, 3);
        StepSamples samples = new StepSamples(
                Samples.random(cases, "softmax", 64).stream()
                        .map(row -> new Samples(cases.normals(360), row.y(), row.weight(), row.id()))
                        .toList(),
                8);
        LocalPass local = samples.local(network, Precision.DOUBLE);
        RowSelection all = local.blocks().all();
        Request request = Request.gradient(network, all)
                .with(new Statistics(
                        all, List.of(StatisticKind.EXACT_BLOCK), network.layers(), Fisher.exact(), List.of()));
        JobCount count = new JobCount();
        LocalSpark.with("local[2]", Map.of("spark.driver.maxResultSize", "32m"), session -> {
            try (SparkPass pass = SparkPass.open(
                    samples.dataset(session), samples.options(Precision.DOUBLE), network, StorageLevel.MEMORY_ONLY())) {
                byte[] shuffled = count.during(session.sparkContext(), () -> Asked.bytes(pass.run(network, request)));
                assertThat(shuffled).isEqualTo(Asked.bytes(local.run(network, request)));
            }
            return null;
        });
        assertThat(count.tasks()).isGreaterThan(8);
    }
}
