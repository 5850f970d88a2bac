package org.sparkkfac.spark.rows;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.spark.rows.BadRow.Reason;

/**
 * The numbers of a projected row that are its features, or its label: one array or vector, which messages call by the
 * names of the columns it came from.
 *
 * @param ordinal where the row has it
 * @param names one column, or one for each number; none if there are no such numbers
 * @param vector whether it is a vector of Spark ML, dense or sparse, and not an array
 */
public record NumberColumns(int ordinal, List<String> names, boolean vector) implements Serializable {
    /** The fields of a vector in Spark's rows: type, size, indices, values (VectorUDT.sqlType, the same in ml and mllib). */
    private static final int VECTOR_FIELDS = 4;

    private static final byte SPARSE = 0;

    public NumberColumns {
        names = List.copyOf(names);
    }

    /** Why numbers are bad. */
    record Problem(Reason reason, String text) {}

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** A reader of these numbers from rows, which keeps its memory from row to row. */
    Reader reader() {
        return new Reader(this);
    }

    /** Reads the numbers of one row after the other. */
    static final class Reader {
        private final NumberColumns columns;
        private double[] values = new double[0];

        private Reader(NumberColumns columns) {
            this.columns = columns;
        }

        /** The numbers of the row that was read last, until the next is read. */
        double[] values() {
            return values;
        }

        /**
         * Reads the numbers of a row, and says what is wrong with them if anything is.
         *
         * @param length how many there must be, or −1
         */
        @Nullable Problem read(InternalRow row, int length) {
            if (row.isNullAt(columns.ordinal)) {
                return new Problem(Reason.NULL, columns.name(0) + " is null");
            }
            return columns.vector
                    ? readVector(row.getStruct(columns.ordinal, VECTOR_FIELDS), length)
                    : readArray(row.getArray(columns.ordinal), length);
        }

        private @Nullable Problem readVector(InternalRow vector, int length) {
            boolean sparse = vector.getByte(0) == SPARSE;
            ArrayData numbers = vector.getArray(3);
            int size = sparse ? vector.getInt(1) : numbers.numElements();
            if (length >= 0 && size != length) {
                return columns.wrongLength(size, length); // before memory is made for them
            }
            resize(size);
            if (!sparse) {
                copy(numbers);
                return firstNotFinite();
            }
            Arrays.fill(values, 0);
            int[] indices = vector.getArray(2).toIntArray();
            for (int k = 0; k < indices.length; k++) {
                values[indices[k]] = numbers.getDouble(k);
            }
            return firstNotFinite();
        }

        private @Nullable Problem readArray(ArrayData numbers, int length) {
            int size = numbers.numElements();
            if (length >= 0 && size != length) {
                return columns.wrongLength(size, length);
            }
            resize(size);
            if (!mayHaveNulls(numbers)) {
                copy(numbers);
                return firstNotFinite();
            }
            for (int i = 0; i < size; i++) {
                if (numbers.isNullAt(i)) {
                    return new Problem(Reason.NULL, columns.element(i, size) + " is null or not a number");
                }
                values[i] = numbers.getDouble(i);
                if (!Double.isFinite(values[i])) {
                    return columns.notFinite(i, values);
                }
            }
            return null;
        }

        private void resize(int size) {
            if (values.length != size) {
                values = new double[size];
            }
        }

        /** Copies all numbers at once where they lie in Spark's own row format. */
        private void copy(ArrayData numbers) {
            if (numbers instanceof UnsafeArrayData unsafe) {
                Platform.copyMemory(
                        unsafe.getBaseObject(),
                        unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(values.length),
                        values,
                        Platform.DOUBLE_ARRAY_OFFSET,
                        (long) Double.BYTES * values.length);
                return;
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = numbers.getDouble(i);
            }
        }

        private @Nullable Problem firstNotFinite() {
            for (int i = 0; i < values.length; i++) {
                if (!(Math.abs(values[i]) <= Double.MAX_VALUE)) {
                    return columns.notFinite(i, values);
                }
            }
            return null;
        }

        /** Looks at the null bits of 64 numbers at a time. */
        private static boolean mayHaveNulls(ArrayData numbers) {
            if (!(numbers instanceof UnsafeArrayData unsafe)) {
                return true;
            }
            long bits = 0;
            int words = (numbers.numElements() + 63) / 64;
            for (int w = 0; w < words; w++) {
                bits |= Platform.getLong(unsafe.getBaseObject(), unsafe.getBaseOffset() + 8 + 8L * w);
            }
            return bits != 0;
        }
    }

    private Problem wrongLength(int count, int length) {
        return new Problem(
                Reason.DIMENSION, name(0) + " has " + count + " numbers but the network has " + length + " inputs");
    }

    private Problem notFinite(int i, double[] values) {
        return new Problem(
                Reason.NOT_FINITE,
                element(i, values.length) + " is " + values[i] + ", but every "
                        + (ordinal == RowProjection.LABEL ? "label" : "input") + " must be finite");
    }

    private String element(int i, int count) {
        return names.size() > 1 || count == 1 ? name(i) : names.get(0) + "[" + i + "]";
    }

    private String name(int i) {
        return names.get(Math.min(i, names.size() - 1));
    }
}
