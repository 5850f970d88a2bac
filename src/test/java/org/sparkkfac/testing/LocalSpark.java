package org.sparkkfac.testing;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** Spark for tests: one {@code local[2]} session that all of a JVM share, or one of a master of its own. */
public final class LocalSpark {
    private static final Map<String, String> SETTINGS = settings();

    private LocalSpark() {}

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spark.ui.enabled", "false");
        settings.put("spark.driver.host", "127.0.0.1");
        settings.put("spark.sql.shuffle.partitions", "3");
        settings.put(
                "spark.sql.warehouse.dir",
                Path.of(Objects.requireNonNull(System.getProperty("kfac.target")), "warehouse")
                        .toUri()
                        .toString());
        return settings;
    }

    /** The shared session, started where none runs; nobody stops it. */
    public static SparkSession shared() {
        return start("local[2]", Map.of());
    }

    /** Runs a test that starts and stops sessions itself; no other runs in this JVM meanwhile. */
    public static void without(Runnable test) {
        stop();
        test.run();
    }

    /** Runs a test in a session of its own, before and after which no other runs in this JVM. */
    public static <T> T with(String master, Map<String, String> settings, Function<SparkSession, T> test) {
        stop();
        SparkSession session = start(master, settings);
        try {
            return test.apply(session);
        } finally {
            session.stop();
        }
    }

    private static void stop() {
        if (!SparkSession.getDefaultSession().isEmpty()) {
            SparkSession.getDefaultSession().get().stop();
        }
    }

    private static SparkSession start(String master, Map<String, String> settings) {
        SparkSession.Builder builder = SparkSession.builder().master(master).appName("test");
        SETTINGS.forEach(builder::config);
        settings.forEach(builder::config);
        return builder.getOrCreate();
    }
}
