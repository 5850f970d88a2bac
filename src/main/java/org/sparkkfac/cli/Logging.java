package org.sparkkfac.cli;

import java.util.logging.Logger;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.builder.api.AppenderComponentBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;

/**
 * Sends our own lines to stderr and keeps Spark's to itself, so that a failure is the one line that says what to do and
 * not a page of Spark's stack traces. With {@code --verbose} Spark's warnings and errors are shown.
 *
 * <p>A log4j configuration that is already there is left alone: that of {@code -Dlog4j2.configurationFile}, or the {@code
 * log4j2.properties} of a Spark installation. It then decides about Spark's lines and ours.
 */
final class Logging {
    private static final String OWN = "org.sparkkfac";
    private static final String SPARKS_DEFAULTS = "org/apache/spark/log4j2";

    private Logging() {}

    /** To be called before Spark's first line, in the main thread. */
    static void configure(boolean verbose) {
        // Under spark-submit our classes have a loader of their own, and log4j a context for each loader. Spark's is
        // the
        // one to configure; ours inherits it.
        LoggerContext context = LoggerContext.getContext(LogManager.class.getClassLoader(), false, null);
        if (!isOfTheUser(context.getConfiguration())) {
            context.reconfigure(configuration(verbose));
        }
        Logger.getLogger("").setLevel(verbose ? java.util.logging.Level.WARNING : java.util.logging.Level.OFF);
    }

    /** By the time that our main method runs, spark-submit has put Spark's own defaults where it found nothing. */
    private static boolean isOfTheUser(Configuration configuration) {
        String location = String.valueOf(configuration.getConfigurationSource().getLocation());
        return !(configuration instanceof DefaultConfiguration)
                && !OWN.equals(configuration.getName())
                && !location.contains(SPARKS_DEFAULTS);
    }

    /** The root logger has an appender even if it is off: Spark takes a root without one for no configuration at all. */
    private static BuiltConfiguration configuration(boolean verbose) {
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setConfigurationName(OWN);
        builder.setStatusLevel(Level.ERROR);
        builder.add(console(builder, "own", "%d{HH:mm:ss} %-5level %m%n%ex{0}"));
        builder.add(console(builder, "others", "%d{HH:mm:ss} %-5level %c{1}: %m%n%ex"));
        builder.add(builder.newLogger(OWN, Level.INFO)
                .add(builder.newAppenderRef("own"))
                .addAttribute("additivity", false));
        builder.add(builder.newRootLogger(verbose ? Level.WARN : Level.OFF).add(builder.newAppenderRef("others")));
        return builder.build(false);
    }

    private static AppenderComponentBuilder console(
            ConfigurationBuilder<BuiltConfiguration> builder, String name, String pattern) {
        return builder.newAppender(name, "Console")
                .addAttribute("target", ConsoleAppender.Target.SYSTEM_ERR)
                .addAttribute("follow", true)
                .add(builder.newLayout("PatternLayout").addAttribute("pattern", pattern));
    }
}
