package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/** The statistics of all groups, with their rows' hashes and the rows that were left out. */
final class GroupTotals extends RowTotals {
    private final StatisticsState state;
    private long hashSum;
    private long drawSum;

    /** Nothing yet; adds to {@code state}, which is empty. */
    GroupTotals(StatisticsState state) {
        this.state = state;
    }

    /** What a group's task answers. */
    static GroupResult result(StatisticsState state, long hashSum, long drawSum, SkippedRows skipped) {
        return result(state.parts(), skipped, out -> {
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            state.writeCounts(out);
        });
    }

    @Override
    public List<DoubleMatrix> parts() {
        return state.parts();
    }

    @Override
    void readCounts(DataInputStream in) throws IOException {
        hashSum += in.readLong();
        drawSum += in.readLong();
        state.addCounts(in);
    }

    StatisticsState state() {
        return state;
    }

    long hashSum() {
        return hashSum;
    }

    /** The sum over rows and the keys of their draws. */
    long drawSum() {
        return drawSum;
    }
}
