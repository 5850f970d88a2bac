package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.sparkkfac.io.Json;
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

    /** The manifest key {@code software}: versions by name. */
    static ObjectNode software() {
        return Json.object()
                .put("spark_kfac", library())
                .put("spark", spark())
                .put("java", System.getProperty("java.version", "unknown"));
    }

    private static String spark() {
        try {
            return org.apache.spark.package$.MODULE$.SPARK_VERSION();
        } catch (NoClassDefFoundError e) {
            return "not on the class path";
        }
    }
}
