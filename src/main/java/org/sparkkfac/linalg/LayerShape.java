package org.sparkkfac.linalg;

import java.io.Serializable;
import java.util.List;

/**
 * The shape of one parametric layer's matrix [W b], out × (in+1), or W, out × in, without a bias.
 *
 * @param name the layer's name, unique in its network
 * @param in inputs, without the bias
 * @param out outputs
 * @param bias whether there is a last column b
 */
public record LayerShape(String name, int in, int out, boolean bias) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Rejects an empty name and shapes without inputs or outputs. */
    public LayerShape {
        if (name.isEmpty() || in < 1 || out < 1) {
            throw new IllegalArgumentException("layer '" + name + "' cannot map " + in + " inputs to " + out);
        }
    }

    /** Columns of the layer's matrix: in + 1 with a bias, else in; the dimension of A. */
    public int columns() {
        return bias ? in + 1 : in;
    }

    /** Number of parameters p = out · columns. */
    public long parameters() {
        return (long) out * columns();
    }

    /** Bytes of the parameters of some layers in double precision. */
    public static long bytes(List<LayerShape> layers) {
        return Double.BYTES * layers.stream().mapToLong(LayerShape::parameters).sum();
    }

    /** For people: {@code 32 × 64 + bias}. */
    public String describe() {
        return out + " × " + in + (bias ? " + bias" : "");
    }
}
