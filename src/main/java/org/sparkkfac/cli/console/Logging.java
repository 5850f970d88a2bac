package org.sparkkfac.cli.console;

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
public final class Logging {
    private static final String OWN = "org.sparkkfac";
    private static final String SPARKS_DEFAULTS = "org/apache/spark/log4j2";

    // Under spark-submit our classes have a loader of their own, and log4j a context for each loader. Spark's is the
    // one to configure; ours inherits it. Log4j holds a context weakly: without this field it may be collected before
    // the first line, and its configuration with it.
    private static final LoggerContext CONTEXT =
            LoggerContext.getContext(LogManager.class.getClassLoader(), false, null);

    private Logging() {}

    /** To be called once, in the main thread, before Spark's first line. */
    public static void configure(boolean verbose) {
        Configuration found = CONTEXT.getConfiguration();
        if (found instanceof DefaultConfiguration || isOfSpark(found) || OWN.equals(found.getName())) {
            CONTEXT.reconfigure(configuration(verbose));
            // Spark puts its defaults in place once for spark-submit, and once more for the first session.
            CONTEXT.addPropertyChangeListener(change -> {
                if (isOfSpark(CONTEXT.getConfiguration())) {
                    CONTEXT.reconfigure(configuration(verbose));
                }
            });
        }
        Logger.getLogger("").setLevel(verbose ? java.util.logging.Level.WARNING : java.util.logging.Level.OFF);
    }

    /** Whether these are the defaults that Spark puts in place where it finds nothing. */
    private static boolean isOfSpark(Configuration configuration) {
        return String.valueOf(configuration.getConfigurationSource().getLocation())
                .contains(SPARKS_DEFAULTS);
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
                .add(builder.newLayout("PatternLayout")
                        .addAttribute("pattern", pattern)
                        .addAttribute("charset", Terminal.charset().name()));
    }
}
