package org.sparkkfac.linalg;

/**
 * A function of one variable applied to many numbers at once, so that its loop is compiled to vector instructions where
 * its formula allows that.
 */
public interface Pointwise {
    /** Overwrites {@code into[at … at + count − 1]} with the function of {@code x[from … from + count − 1]}. */
    void apply(double[] x, int from, double[] into, int at, int count);

    /** As {@link #apply(double[], int, double[], int, int)}, in single precision. */
    void apply(float[] x, int from, float[] into, int at, int count);
}
