package org.sparkkfac.cli.config;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.train.TrainingSettings;

/**
 * How to train.
 *
 * @param training the course, when to stop, and periods
 * @param checkpoints where checkpoints go, if not below the output
 * @param keep how many of the last ones stay
 * @param course what fixes the course, as it is written in the configuration
 * @param stop when to stop, as it is written there
 */
public record TrainSettings(
        TrainingSettings training,
        Optional<String> checkpoints,
        int keep,
        Map<String, @Nullable Object> course,
        Map<String, @Nullable Object> stop) {}
