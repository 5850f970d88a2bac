package org.sparkkfac.spark.rows;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;

/** Checks the rows of one partition: all of them, or, in the last partition of a limited plan, the first. */
public final class ReadPartition implements Function2<Integer, Iterator<InternalRow>, Iterator<Example>> {
    private static final long serialVersionUID = 1;

    private final RowProjection.Names names;
    private final RowReader.Shape shape;
    private final int last;
    private final long rowsOfLast;

    public ReadPartition(InputPlan input, RowProjection.Names names, RowReader.Shape shape) {
        this.names = names;
        this.shape = shape;
        this.last = input.last().orElse(-1);
        this.rowsOfLast = input.rowsOfLast().orElse(Long.MAX_VALUE);
    }

    @Override
    public Iterator<Example> call(Integer partition, Iterator<InternalRow> rows) {
        return reader(partition, rows);
    }

    public RowReader reader(int partition, Iterator<InternalRow> rows) {
        boolean whole = partition != last || rowsOfLast == Long.MAX_VALUE;
        return new RowReader(whole ? rows : new First(rows, rowsOfLast), names, shape);
    }

    private static final class First implements Iterator<InternalRow> {
        private final Iterator<InternalRow> rows;
        private long left;

        First(Iterator<InternalRow> rows, long count) {
            this.rows = rows;
            this.left = count;
        }

        @Override
        public boolean hasNext() {
            return left > 0 && rows.hasNext();
        }

        @Override
        public InternalRow next() {
            if (left == 0) {
                throw new NoSuchElementException();
            }
            left--;
            return rows.next();
        }
    }
}
