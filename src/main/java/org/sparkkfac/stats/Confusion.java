package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.sparkkfac.nn.Assessment;
import org.sparkkfac.nn.Network;

/**
 * Asks for loss, score and the confusion of classes.
 *
 * @param rows over which rows
 */
public record Confusion(Rows rows) implements Part<Assessment> {
    private static final long serialVersionUID = 1;

    @Override
    public Assessment empty(Network network) {
        return new Assessment(network);
    }

    @Override
    public void fold(BlockVisit visit, Assessment sum) {
        visit.forward().assess(sum);
    }

    @Override
    public void merge(Assessment sum, Assessment other) {
        sum.merge(other);
    }

    @Override
    public void writeCounts(Assessment sum, DataOutput out) throws IOException {
        sum.write(out);
    }

    @Override
    public void addCounts(Assessment sum, DataInput in) throws IOException {
        sum.add(in);
    }

    @Override
    public Optional<String> firstNonFinite(Assessment sum) {
        return Fit.of(rows).firstNonFinite(sum.fit());
    }

    @Override
    public Optional<String> needOfLabels() {
        return Optional.of(Fit.NEED);
    }

    @Override
    public String toString() {
        return "loss, score and classes";
    }
}
