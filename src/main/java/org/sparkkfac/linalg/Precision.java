package org.sparkkfac.linalg;

import java.util.Locale;

/** The precision in which a batch is computed. Sums across batches are in double precision whichever is chosen. */
public enum Precision {
    /** 64 bits, machine epsilon 2.2e-16. */
    DOUBLE(8),
    /** 32 bits, machine epsilon 1.2e-7; products run about twice as fast. */
    SINGLE(4);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
