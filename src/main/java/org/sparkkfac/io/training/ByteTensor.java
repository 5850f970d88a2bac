package org.sparkkfac.io.training;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import org.sparkkfac.UserException;
import org.sparkkfac.io.tensors.IntegerTensor;
import org.sparkkfac.io.tensors.Shape;
import org.sparkkfac.io.tensors.Tensors;

/** Bytes as a tensor of longs, eight to a number and the number of bytes first: whatever is no matrix fits an artefact too. */
final class ByteTensor {
    private ByteTensor() {}

    static IntegerTensor of(byte[] bytes) {
        long[] values = new long[1 + (bytes.length + Long.BYTES - 1) / Long.BYTES];
        values[0] = bytes.length;
        ByteBuffer padded = ByteBuffer.allocate((values.length - 1) * Long.BYTES);
        padded.put(bytes).clear();
        padded.asLongBuffer().get(values, 1, values.length - 1);
        return new IntegerTensor(Shape.of(values.length), values);
    }

    static byte[] bytes(Tensors tensors, String name) {
        if (!(tensors.get(name) instanceof IntegerTensor tensor)
                || tensor.values().length < 1
                || tensor.values()[0] > (long) (tensor.values().length - 1) * Long.BYTES) {
            throw new UserException(tensors.place() + ": tensor '" + name + "' holds no bytes; the artefact was made"
                    + " by another program");
        }
        ByteBuffer all = ByteBuffer.allocate((tensor.values().length - 1) * Long.BYTES);
        LongBuffer values = all.asLongBuffer();
        values.put(tensor.values(), 1, tensor.values().length - 1);
        byte[] bytes = new byte[Math.toIntExact(tensor.values()[0])];
        all.get(bytes);
        return bytes;
    }
}
