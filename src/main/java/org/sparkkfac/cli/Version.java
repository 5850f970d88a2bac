package org.sparkkfac.cli;

import java.util.Optional;
import org.apache.spark.SparkContext;
import picocli.CommandLine.IVersionProvider;

/** What {@code kfac --version} prints: this library, Java and Spark. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "spark-kfac " + library() + " (Java " + System.getProperty("java.version") + ", Spark " + spark() + ")"
        };
    }

    /** The version in the manifest of the jar; outside of a jar there is none. */
    static String library() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
    }

    private static String spark() {
        try {
            return Optional.ofNullable(SparkContext.class.getPackage().getImplementationVersion())
                    .orElse("unknown");
        } catch (NoClassDefFoundError e) {
            return "not on the class path";
        }
    }
}
