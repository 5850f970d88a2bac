package org.sparkkfac.io.tensors;

import java.util.Arrays;

/**
 * The extents of a tensor. The scalar is {@code []} and has one element; an extent of zero makes a tensor without any.
 */
public final class Shape {
    private final long[] extents;
    private final long size;

    private Shape(long[] extents) {
        this.extents = extents;
        this.size = product(extents);
    }

    /**
     * The shape with these extents, slowest first; the array is copied.
     *
     * @throws IllegalArgumentException if an extent is negative or the number of elements passes 2⁶³ − 1
     */
    public static Shape of(long... extents) {
        return new Shape(extents.clone());
    }

    private static long product(long[] extents) {
        boolean empty = false;
        for (long extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(extents));
            }
            empty |= extent == 0;
        }
        return empty ? 0 : productOfPositive(extents);
    }

    private static long productOfPositive(long[] extents) {
        long product = 1;
        for (long extent : extents) {
            try {
                product = Math.multiplyExact(product, extent);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("too many elements in shape " + Arrays.toString(extents), e);
            }
        }
        return product;
    }

    /** Number of axes. */
    public int rank() {
        return extents.length;
    }

    /** Extent of one axis, counted from 0. */
    public long extent(int axis) {
        return extents[axis];
    }

    /** Number of elements: the product of the extents. */
    public long size() {
        return size;
    }

    /** A copy of the extents. */
    public long[] toArray() {
        return extents.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** As in the file: {@code [10, 65]}. */
    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
