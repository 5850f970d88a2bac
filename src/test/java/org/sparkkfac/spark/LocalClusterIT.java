package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.testing.LocalSpark;

/** The build lets Spark start executors in JVMs of their own, with the classes of this project. */
final class LocalClusterIT {
    @Test
    void tasksRunOnTwoExecutorsThatSeeTheProject() {
        Map<String, String> settings = Map.of(
                "spark.scheduler.minRegisteredResourcesRatio", "1.0",
                "spark.scheduler.maxRegisteredResourcesWaitingTime", "60s");
        Set<String> executors = LocalSpark.with("local-cluster[2,1,1024]", settings, session -> {
            List<Integer> rows = IntStream.range(0, 8).boxed().toList();
            JavaSparkContext context = new JavaSparkContext(session.sparkContext());
            return new TreeSet<>(
                    context.parallelize(rows, 8).map(row -> executor()).collect());
        });
        assertThat(executors).containsExactly("0", "1");
    }

    private static String executor() throws InterruptedException {
        Thread.sleep(200); // so that neither executor can take all tasks
        return new UserException(SparkEnv.get().executorId()).getMessage();
    }
}
