package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/** The statistics of all groups, with their rows' hashes and the rows that were left out. */
final class GroupTotals extends Totals {
    private final StatisticsState state;
    private final SkippedRows skipped = new SkippedRows();
    private long hashSum;
    private long drawSum;

    /** Nothing yet; adds to {@code state}, which is empty. */
    GroupTotals(StatisticsState state) {
        this.state = state;
    }

    @Override
    List<DoubleMatrix> parts() {
        return state.parts();
    }

    @Override
    void readHead(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            throw new UserException(BadRow.read(in).message());
        }
        hashSum += in.readLong();
        drawSum += in.readLong();
        skipped.merge(SkippedRows.read(in));
        state.addCounts(in);
    }

    StatisticsState state() {
        return state;
    }

    SkippedRows skipped() {
        return skipped;
    }

    long hashSum() {
        return hashSum;
    }

    /** The sum over rows and the keys of their draws. */
    long drawSum() {
        return drawSum;
    }
}
