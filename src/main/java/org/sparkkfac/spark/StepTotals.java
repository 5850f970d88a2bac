package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.aggregate.Totals;
import org.sparkkfac.stats.StepSums;

/** The answers of all groups to a training step's request. */
final class StepTotals extends Totals {
    private final StepSums sums;
    private final List<DoubleMatrix> parts;

    /** Nothing yet; adds to {@code sums}, which is empty. */
    StepTotals(StepSums sums) {
        this.sums = sums;
        this.parts = sums.parts();
    }

    /** What a group's task answers; its rows were checked when they were kept. */
    static GroupResult result(StepSums sums) {
        return GroupResult.of(sums.parts(), sums::writeCounts);
    }

    @Override
    public List<DoubleMatrix> parts() {
        return parts;
    }

    @Override
    protected void readHead(DataInputStream in) throws IOException {
        sums.addCounts(in);
    }

    StepSums sums() {
        return sums;
    }
}
