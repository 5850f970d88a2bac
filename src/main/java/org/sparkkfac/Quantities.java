package org.sparkkfac;

import java.util.Locale;

/** Sizes and durations as people read them. */
public final class Quantities {
    private Quantities() {}

    /** {@code 512 KiB}, from 10 MiB on {@code 1,024 MiB}. */
    public static String size(long bytes) {
        return bytes < 10 << 20
                ? String.format(Locale.ROOT, "%,d KiB", bytes >> 10)
                : String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
    }

    /** {@code 0.4 s}, {@code 2 min 5 s}, {@code 3 h 12 min}. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
