package org.sparkkfac.spark;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;

/** Spark sessions for the commands. People who call the library from code bring their own. */
public final class Sessions {
    private static final Pattern REFUSED = Pattern.compile(
            "Could not parse Master URL|Invalid master URL|master URL must be set|Asked to run locally|cpus per task");

    private static final Pattern STOPPED = Pattern.compile("stopped SparkContext");

    private Sessions() {}

    /**
     * Starts a session, or takes the one that runs in this process.
     *
     * @param name the application's name, as the cluster's pages show it
     * @param settings Spark settings, which win over those of spark-submit
     * @throws UserException if Spark does not accept one of the settings or the master
     * @throws StorageException if the master does not answer
     */
    public static SparkSession start(String name, String master, Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        // Progress is shown by the commands; a process on one machine needs no web server either.
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        // Broadcasts are floating-point numbers, which do not compress.
        conf.setIfMissing("spark.broadcast.compress", "false");
        // A task's sums come with the message that ends it; larger ones go through a block manager, in one process too.
        conf.setIfMissing("spark.task.maxDirectResultSize", master.startsWith("local[") ? "128m" : "32m");
        if (master.startsWith("local")) {
            conf.setIfMissing("spark.ui.enabled", "false");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
        }
        settings.forEach(conf::set);
        conf.setMaster(master);
        conf.setIfMissing("spark.app.name", name);
        try {
            SparkSession session = SparkSession.builder().config(conf).getOrCreate();
            session.conf().getAll(); // Spark reads its SQL settings at the first use
            return session;
        } catch (Exception e) { // Spark, written in Scala, throws checked exceptions that it does not declare
            stopDefault();
            if (STOPPED.matcher(String.valueOf(e.getMessage())).find()) {
                // A standalone master that does not answer stops the context a minute later, which then says only this.
                throw new StorageException(
                        "Spark did not start on " + master
                                + ": it does not answer; check that it runs, and its address",
                        e);
            }
            throw wrongSetting(e)
                    .<RuntimeException>map(problem -> new UserException(
                            "Spark refuses a setting: " + problem
                                    + "; check the master, the settings for Spark, and what"
                                    + " spark-submit was given",
                            e,
                            Component.MASTER,
                            Component.SPARK_SETTINGS))
                    .orElse(e instanceof RuntimeException known ? known : new IllegalStateException(e));
        }
    }

    private static void stopDefault() {
        if (SparkSession.getDefaultSession().isDefined()) {
            SparkSession.getDefaultSession().get().stop();
        }
    }

    /** The innermost cause that speaks of an argument, where one is to blame. */
    private static Optional<String> wrongSetting(Throwable failure) {
        Optional<String> problem = Optional.empty();
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).replaceAll("\\s*\\R\\s*", " ");
            if (cause instanceof IllegalArgumentException
                    || REFUSED.matcher(message).find()) {
                problem = Optional.of(message.replaceFirst("\\s*SQLSTATE: \\w+;?", ""));
            } else if (cause instanceof ClassNotFoundException) {
                problem = Optional.of("there is no class " + message);
            }
        }
        return problem;
    }
}
