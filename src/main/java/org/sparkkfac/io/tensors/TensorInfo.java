package org.sparkkfac.io.tensors;

/**
 * What the header of a tensor file says about one tensor.
 *
 * @param name its key
 * @param dtype its element type in the file
 * @param shape its extents
 * @param start first byte, counted from the end of the header
 * @param end one past its last byte, counted likewise
 */
public record TensorInfo(String name, Dtype dtype, Shape shape, long start, long end) {
    /** Its bytes in the file. */
    public long bytes() {
        return end - start;
    }
}
