package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.sparkkfac.testing.LocalSpark;

final class SessionsTest {
    private static SparkConf started(Map<String, String> settings) {
        SparkSession session = Sessions.start("name", "local[1]", settings);
        SparkConf conf = session.sparkContext().getConf();
        session.stop();
        return conf;
    }

    @Test
    void settingsThatSuitThisProgramAreOverriddenByTheUsers() {
        LocalSpark.without(() -> {
            SparkConf conf = started(Map.of());
            assertThat(conf.get("spark.app.name")).isEqualTo("name");
            assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
            assertThat(conf.get("spark.broadcast.compress")).isEqualTo("false");
            assertThat(conf.get("spark.task.maxDirectResultSize")).isEqualTo("128m");
            SparkConf own = started(Map.of(
                    "spark.app.name", "mine",
                    "spark.broadcast.compress", "true",
                    "spark.task.maxDirectResultSize", "1m"));
            assertThat(own.get("spark.app.name")).isEqualTo("mine");
            assertThat(own.get("spark.broadcast.compress")).isEqualTo("true");
            assertThat(own.get("spark.task.maxDirectResultSize")).isEqualTo("1m");
        });
    }

    /** spark-submit hands its properties on as those of the JVM. */
    @Test
    void settingsOfSparkSubmitStay() {
        String key = "spark.task.maxDirectResultSize";
        LocalSpark.without(() -> {
            System.setProperty(key, "2m");
            try {
                assertThat(started(Map.of()).get(key)).isEqualTo("2m");
            } finally {
                System.clearProperty(key);
            }
        });
    }
}
