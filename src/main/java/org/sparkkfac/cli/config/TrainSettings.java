package org.sparkkfac.cli.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.train.TrainingSettings;

/**
 * How to train.
 *
 * @param training the course, when to stop, and periods
 * @param checkpoints where checkpoints go, if not below the output
 * @param keep how many of the last ones stay
 * @param course what fixes the course, as it is written in the configuration
 * @param stop when to stop, as it is written there
 * @param withoutEffect a line for each key of the section that is set and changes nothing, which names the key, its place
 *     and the settings that make it superfluous
 */
public record TrainSettings(
        TrainingSettings training,
        Optional<String> checkpoints,
        int keep,
        Map<String, @Nullable Object> course,
        Map<String, @Nullable Object> stop,
        List<String> withoutEffect) {
    static final Setting<String> CHECKPOINTS = Setting.of("path", String.class, "a directory for checkpoints");
    static final Setting<Integer> KEEP = Setting.count(
                    "keep", Range.atLeast(1), "how many of the last ones stay, beside the best")
            .withDefault(2);

    /** Rejects a training that keeps no checkpoint, and copies the lines. */
    public TrainSettings {
        KEEP.check(keep);
        withoutEffect = List.copyOf(withoutEffect);
    }
}
