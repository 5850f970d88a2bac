package org.sparkkfac.cli.config;

/**
 * Which Fisher information is meant.
 *
 * @param samples draws for each row, at least 1; matters only for {@link FisherType#MONTE_CARLO}
 */
public record FisherSettings(FisherType type, int samples, long seed) {
    public FisherSettings {
        InvalidSetting.unless(samples >= 1, Key.FISHER_SAMPLES, "must be at least 1, not " + samples);
    }
}
