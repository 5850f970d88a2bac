package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.sparkkfac.io.files.Json;

/** Which versions of what made an artefact. */
public final class Software {
    private Software() {}

    /** The version in the manifest of the jar; outside of a jar there is none. */
    public static String library() {
        return Optional.ofNullable(Software.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
    }

    /** The version of Spark, which commands that start none can do without. */
    public static String spark() {
        try {
            return org.apache.spark.package$.MODULE$.SPARK_VERSION();
        } catch (NoClassDefFoundError e) {
            return "not on the class path";
        }
    }

    /** The manifest key {@code software}: versions by name. */
    public static ObjectNode versions() {
        return Json.object()
                .put("spark_kfac", library())
                .put("spark", spark())
                .put("java", System.getProperty("java.version", "unknown"));
    }
}
