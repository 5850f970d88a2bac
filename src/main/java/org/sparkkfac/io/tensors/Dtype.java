package org.sparkkfac.io.tensors;

/**
 * The element types of the tensor files that this library understands, by their safetensors names.
 *
 * <p>Declared in the order of the safetensors reference implementation (increasing alignment): files lay their tensors
 * out from the last constant to the first, so that every tensor is aligned to its own width.
 */
public enum Dtype {
    F16(2),
    BF16(2),
    I32(4),
    F32(4),
    F64(8),
    I64(8);

    private final int width;

    Dtype(int width) {
        this.width = width;
    }

    /** Bytes per element. */
    public int width() {
        return width;
    }

    /** Whether the elements are read as double, else as long. */
    public boolean isFloating() {
        return this != I32 && this != I64;
    }
}
