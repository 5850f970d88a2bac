package org.sparkkfac.cli.options;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The Hadoop configuration by which paths are found, for commands that start no Spark session or not yet. */
public final class HadoopSettings {
    private static final String PREFIX = "spark.hadoop.";

    private HadoopSettings() {}

    /** Hadoop's own files on the class path, with {@code spark.hadoop.*} of spark-submit over them. */
    public static Configuration load() {
        return load(Map.of());
    }

    /** As {@link #load()}, with {@code spark.hadoop.*} of the configuration on top. */
    public static Configuration load(Map<String, String> sparkConf) {
        Configuration configuration = new Configuration();
        for (String name : System.getProperties().stringPropertyNames()) {
            set(configuration, name, System.getProperty(name));
        }
        sparkConf.forEach((name, value) -> set(configuration, name, value));
        return configuration;
    }

    private static void set(Configuration configuration, String name, String value) {
        if (name.startsWith(PREFIX)) {
            configuration.set(name.substring(PREFIX.length()), value);
        }
    }
}
