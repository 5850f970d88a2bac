package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.aggregate.Totals;
import org.sparkkfac.spark.rows.BadRow;
import org.sparkkfac.stats.SkippedRows;

/** Sums over rows that the tasks checked as they read them, with the rows that were left out. */
abstract class RowTotals extends Totals {
    private final SkippedRows skipped = new SkippedRows();

    /** What a group's task answers. */
    static GroupResult result(List<DoubleMatrix> parts, SkippedRows skipped, GroupResult.Head counts) {
        return GroupResult.of(parts, out -> {
            out.writeBoolean(true);
            skipped.write(out);
            counts.write(out);
        });
    }

    /** What a group's task answers that a bad row ended. */
    static GroupResult result(BadRow bad) {
        return GroupResult.of(List.of(), out -> {
            out.writeBoolean(false);
            bad.write(out);
        });
    }

    /** Adds what the task wrote as its counts. */
    abstract void readCounts(DataInputStream in) throws IOException;

    /**
     * {@inheritDoc}
     *
     * @throws UserException for a bad row
     */
    @Override
    protected final void readHead(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            throw BadRow.read(in).refusal();
        }
        skipped.merge(SkippedRows.read(in));
        readCounts(in);
    }

    final SkippedRows skipped() {
        return skipped;
    }
}
