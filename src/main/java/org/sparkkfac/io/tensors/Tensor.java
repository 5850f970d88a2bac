package org.sparkkfac.io.tensors;

/**
 * A tensor in memory: doubles ({@link DenseTensor}, from F16, BF16, F32 and F64) or longs ({@link IntegerTensor}, from
 * I32 and I64), in row-major order.
 */
public sealed interface Tensor extends TensorSource permits DenseTensor, IntegerTensor {
    /** The most elements that one tensor in memory can hold: the longest array of the JVM. */
    int MAX_ELEMENTS = Integer.MAX_VALUE - 8;
}
