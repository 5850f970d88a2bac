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

    /** Copies of a matrix that dsyevd works on: the matrix, and two as work space. */
    private static final int EIGEN_COPIES = 3;

    /** That of one block. */
    public static InversionCost of(Method method, LayerShape shape) {
        double a = shape.columns();
        double g = shape.out();
        long factors = square(shape.columns()) + square(shape.out());
        long larger = square(Math.max(shape.columns(), shape.out()));
        long parameters = Double.BYTES * shape.parameters();
        double cubes = a * a * a + g * g * g;
        return switch (method) {
            case FACTORED -> new InversionCost(factors, factors, larger, cubes);
            case EIGEN -> new InversionCost(factors + parameters, factors, EIGEN_COPIES * larger, 9 * cubes);
            case EIGEN_CORRECTED ->
                new InversionCost(factors + parameters, factors + parameters, EIGEN_COPIES * larger, 9 * cubes);
            case EXACT, FULL -> {
                long block = square(shape.parameters());
                yield new InversionCost(block, 2 * block, block, Math.pow((double) shape.parameters(), 3) / 3);
            }
            case DIAGONAL -> new InversionCost(parameters, parameters, 0, 0);
        };
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

    private static long square(long dimension) {
        return Double.BYTES * dimension * dimension;
    }
}
