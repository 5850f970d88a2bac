package org.sparkkfac.report;

import java.util.Locale;

/** How numbers are written. */
final class Figures {
    private Figures() {}

    /** Four significant digits, or a whole number with commas between thousands; empty for NaN. */
    static String shortText(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? String.format(Locale.ROOT, "%,d", (long) value) : String.format(Locale.ROOT, "%.4g", value);
    }

    /** As many digits as are needed to read the same number back; empty for NaN. */
    static String allDigits(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    /** A share in percent. */
    static String percent(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
