package org.sparkkfac.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark sessions for the commands. People who call the library from code bring their own. */
public final class Sessions {
    private Sessions() {}

    /**
     * Starts a session, or takes the one that runs in this process.
     *
     * @param name the application's name, as the cluster's pages show it
     * @param settings Spark settings, which win over those of spark-submit
     */
    public static SparkSession start(String name, String master, Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        // One process on one machine needs neither a web server nor Spark's own progress bar beside ours.
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        if (master.startsWith("local")) {
            conf.setIfMissing("spark.ui.enabled", "false");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
        }
        settings.forEach(conf::set);
        conf.setMaster(master);
        conf.setIfMissing("spark.app.name", name);
        return SparkSession.builder().config(conf).getOrCreate();
    }
}
