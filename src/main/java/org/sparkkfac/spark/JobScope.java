package org.sparkkfac.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** What a thread tells Spark of some jobs, which are a group of their own; a notebook may have said something before. */
final class JobScope {
    private static final List<String> KEYS = List.of(
            "spark.jobGroup.id",
            "spark.job.description",
            "spark.job.interruptOnCancel",
            "callSite.short",
            "callSite.long");

    private final JavaSparkContext context;
    private final String description;
    private final String group = "kfac-" + UUID.randomUUID();

    JobScope(JavaSparkContext context, String description) {
        this.context = context;
        this.description = description;
    }

    /** The group of the scope's jobs. */
    String group() {
        return group;
    }

    /** Does work that starts jobs. */
    <T> T during(Supplier<T> work) {
        Map<String, @Nullable String> before = new LinkedHashMap<>();
        KEYS.forEach(key -> before.put(key, context.getLocalProperty(key)));
        context.setJobGroup(group, description, false);
        context.sc().setCallSite("kfac: " + description);
        try {
            return work.get();
        } finally {
            before.forEach(context::setLocalProperty);
        }
    }
}
