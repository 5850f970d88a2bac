package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.spark.aggregate.Totals;
import org.sparkkfac.spark.rows.BadRow;
import org.sparkkfac.spark.rows.BlockCensus;
import org.sparkkfac.stats.Sums;

/** The answers of all groups to a request, and over all rows the count of these. */
final class SumTotals extends Totals {
    private final Sums sums;
    private final boolean isOverAll;
    private final List<DoubleMatrix> matrices;
    private final BlockCensus census = new BlockCensus();

    /** Nothing yet; adds to {@code sums}, which is empty. */
    SumTotals(Sums sums, boolean isOverAll) {
        this.sums = sums;
        this.isOverAll = isOverAll;
        this.matrices = sums.matrices();
    }

    @Override
    public List<DoubleMatrix> parts() {
        return matrices;
    }

    /**
     * {@inheritDoc}
     *
     * @throws UserException for a bad row
     */
    @Override
    protected void readHead(DataInputStream in) throws IOException {
        if (isOverAll) {
            if (!in.readBoolean()) {
                throw BadRow.read(in).refusal();
            }
            census.addGroup(in);
        }
        sums.addCounts(in);
    }

    Sums sums() {
        return sums;
    }

    BlockCensus census() {
        return census;
    }
}
