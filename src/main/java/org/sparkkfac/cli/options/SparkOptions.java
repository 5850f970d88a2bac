package org.sparkkfac.cli.options;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/** {@code --master}, for the commands that start Spark. */
public final class SparkOptions {
    private static final String KEY = "spark.master";
    private static final String DEFAULT = "local[*]";

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Where Spark runs: local[N], yarn, k8s://…, spark://…. Without it: \"spark.master\" of the"
                    + " configuration, then what spark-submit was given, then local[*].")
    private Optional<String> master = Optional.empty();

    /** The master to run on, given the Spark settings of the configuration. */
    public String master(Map<String, String> sparkConf) {
        return master(sparkConf, System.getProperties());
    }

    /** As {@link #master(Map)}; spark-submit passes its settings as system properties. */
    public String master(Map<String, String> sparkConf, Properties system) {
        return master.or(() -> Optional.ofNullable(sparkConf.get(KEY)))
                .or(() -> Optional.ofNullable(system.getProperty(KEY)))
                .orElse(DEFAULT);
    }
}
