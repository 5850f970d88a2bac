package org.sparkkfac.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * What a thread tells Spark of some jobs. They are of the group of which a notebook has said that its jobs are, so that its
 * cancelling reaches them, or else a group of their own.
 */
final class JobScope {
    private static final String GROUP = "spark.jobGroup.id";
    private static final String INTERRUPTS = "spark.job.interruptOnCancel";

    private static final List<String> KEYS =
            List.of(GROUP, "spark.job.description", INTERRUPTS, "callSite.short", "callSite.long");

    private final JavaSparkContext context;
    private final String description;
    private final String group;

    JobScope(JavaSparkContext context, String description) {
        this.context = context;
        this.description = description;
        String known = context.getLocalProperty(GROUP);
        this.group = known != null ? known : "kfac-" + UUID.randomUUID();
    }

    /** The group of the scope's jobs. */
    String group() {
        return group;
    }

    /** Does work that starts jobs. */
    <T> T during(Supplier<T> work) {
        Map<String, @Nullable String> before = new LinkedHashMap<>();
        KEYS.forEach(key -> before.put(key, context.getLocalProperty(key)));
        context.setJobGroup(group, description, Boolean.parseBoolean(context.getLocalProperty(INTERRUPTS)));
        context.sc().setCallSite("kfac: " + description);
        try {
            return work.get();
        } finally {
            before.forEach(context::setLocalProperty);
        }
    }
}
