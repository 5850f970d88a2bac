package org.sparkkfac.spark.aggregate;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;

/**
 * Objects as bytes by Java's own serialisation, so that the serialiser that the user gave Spark never meets them; they live
 * for one job between equal programs.
 */
public final class ObjectBytes {
    private ObjectBytes() {}

    /** The object in arrays of bounded size, of which there may be more than 2 GiB. */
    public static byte[][] encode(Serializable object) {
        return encode(object, ChunkedBytes.LARGEST);
    }

    /** As {@link #encode(Serializable)}, in arrays no longer than this. */
    public static byte[][] encode(Serializable object, int largest) {
        ChunkedBytes bytes = new ChunkedBytes(largest);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.chunks();
    }

    public static <T> T decode(byte[][] bytes, Class<T> type) {
        try (ObjectInputStream in = new ContextObjectInputStream(ChunkedBytes.read(bytes))) {
            return type.cast(in.readObject());
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Finds our classes where spark-submit put them, in a class loader that only the thread knows. */
    private static final class ContextObjectInputStream extends ObjectInputStream {
        ContextObjectInputStream(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, ObjectBytes.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }
}
