package org.sparkkfac.io.tensors;

import java.nio.ByteBuffer;

/** From little-endian bytes to doubles and longs; exact, since every type here is a subset of the one it becomes. */
final class Decoding {
    private Decoding() {}

    static void doubles(Dtype dtype, ByteBuffer bytes, double[] to, int from, int count) {
        switch (dtype) {
            case F64 -> bytes.asDoubleBuffer().get(to, from, count);
            case F32 -> {
                for (int i = from; i < from + count; i++) {
                    to[i] = bytes.getFloat();
                }
            }
            case F16 -> {
                for (int i = from; i < from + count; i++) {
                    to[i] = half(bytes.getShort());
                }
            }
            case BF16 -> {
                for (int i = from; i < from + count; i++) {
                    to[i] = Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
                }
            }
            case I32, I64 -> throw new IllegalArgumentException(dtype + " is not floating");
        }
    }

    static void longs(Dtype dtype, ByteBuffer bytes, long[] to, int from, int count) {
        for (int i = from; i < from + count; i++) {
            to[i] = dtype == Dtype.I64 ? bytes.getLong() : bytes.getInt();
        }
    }

    /**
     * IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 bits of fraction (Float.float16ToFloat needs Java
     * 20).
     */
    static double half(short bits) {
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude =
                switch (exponent) {
                    case 0 -> Math.scalb((double) fraction, -24);
                    case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
                    default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
                };
        return bits < 0 ? -magnitude : magnitude;
    }
}
