package org.sparkkfac.nn.activation;

import java.util.function.DoubleUnaryOperator;
import org.sparkkfac.linalg.Pointwise;

/** A {@link Pointwise} function that is evaluated one number at a time, in double precision. */
record EachEntry(DoubleUnaryOperator function) implements Pointwise {
    @Override
    public void apply(double[] x, int from, double[] into, int at, int count) {
        for (int i = 0; i < count; i++) {
            into[at + i] = function.applyAsDouble(x[from + i]);
        }
    }

    @Override
    public void apply(float[] x, int from, float[] into, int at, int count) {
        for (int i = 0; i < count; i++) {
            into[at + i] = (float) function.applyAsDouble(x[from + i]);
        }
    }
}
