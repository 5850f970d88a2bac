package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
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

    @Override
    List<DoubleMatrix> parts() {
        return parts;
    }

    @Override
    void readHead(DataInputStream in) throws IOException {
        sums.addCounts(in);
    }

    StepSums sums() {
        return sums;
    }
}
