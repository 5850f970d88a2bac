package org.sparkkfac.io.manifest;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.stats.SkippedRows;

/** {@code skipped_rows}: why rows were left out, from which files, and the first few of them. */
public record SkippedAccount(Map<String, Long> byReason, Map<String, Long> byFile, List<SkippedRows.Sample> samples) {
    /** Takes what the JSON does not have for empty. */
    public SkippedAccount {
        byReason = Objects.requireNonNullElse(byReason, Map.of());
        byFile = Objects.requireNonNullElse(byFile, Map.of());
        samples = Objects.requireNonNullElse(samples, List.of());
    }

    /** The account of these rows, or nothing if no row was left out. */
    public static @Nullable SkippedAccount of(SkippedRows skipped) {
        return skipped.byReason().isEmpty()
                ? null
                : new SkippedAccount(skipped.byReason(), skipped.byFile(), skipped.samples());
    }
}
