package org.sparkkfac.precondition;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;

/**
 * What the inversion of a block takes, known from its shape.
 *
 * @param bytes of the inverse, which stays
 * @param workingBytes of heap that the inversion needs beside the sums and the inverse: the block with all its entries
 * @param nativeBytes of LAPACK's own copies outside the Java heap
 * @param flops floating-point operations
 */
public record InversionCost(long bytes, long workingBytes, long nativeBytes, double flops) {
    private static final InversionCost NONE = new InversionCost(0, 0, 0, 0);

    /** That of one block. */
    public static InversionCost of(Method method, LayerShape shape) {
        return method.cost(shape);
    }

    /** That of all blocks one after the other: the inverses stay, the largest block needs the most room. */
    public static InversionCost of(Method method, List<LayerShape> layers) {
        return method.structure().shapes(layers).stream()
                .map(shape -> of(method, shape))
                .reduce(
                        NONE,
                        (x, y) -> new InversionCost(
                                x.bytes + y.bytes,
                                Math.max(x.workingBytes, y.workingBytes),
                                Math.max(x.nativeBytes, y.nativeBytes),
                                x.flops + y.flops));
    }

    /** Bytes of a square matrix. */
    static long square(long dimension) {
        return Double.BYTES * dimension * dimension;
    }

    /** Bytes of A and G together. */
    static long factors(LayerShape shape) {
        return square(shape.columns()) + square(shape.out());
    }

    /** Bytes of the larger of A and G. */
    static long larger(LayerShape shape) {
        return square(Math.max(shape.columns(), shape.out()));
    }

    /** Bytes of a matrix of the layer's shape. */
    static long ofLayer(LayerShape shape) {
        return Double.BYTES * shape.parameters();
    }

    /** {@code (in+1)³ + out³}. */
    static double cubes(LayerShape shape) {
        double a = shape.columns();
        double g = shape.out();
        return a * a * a + g * g * g;
    }
}
