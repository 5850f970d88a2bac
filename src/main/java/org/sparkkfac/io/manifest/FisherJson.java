package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.nn.Fisher;

/**
 * {@code fisher}: over which labels a Fisher matrix was taken.
 *
 * @param samples draws a row; 1 where the manifest does not say
 * @param seed 0 where the manifest does not say
 */
public record FisherJson(
        @JsonProperty(required = true) Fisher.Type type,
        @Nullable Integer samples,
        @Nullable Long seed) {
    /** Refuses a type that is null. */
    public FisherJson {
        Objects.requireNonNull(type);
    }

    /** The JSON of it. */
    public static FisherJson of(Fisher fisher) {
        return new FisherJson(fisher.type(), fisher.samples(), fisher.seed());
    }

    /** What it says. */
    public Fisher toFisher() {
        return new Fisher(type, samples == null ? 1 : Math.max(1, samples), seed == null ? 0 : seed);
    }
}
