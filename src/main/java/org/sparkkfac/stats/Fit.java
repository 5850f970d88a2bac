package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.TapEngine;

/**
 * Asks for loss and score.
 *
 * @param rows over which rows
 * @param parameters at which; null for those of the network
 */
public record Fit(Rows rows, @Nullable ParameterVector parameters) implements Part<Evaluation> {
    static final String NEED = "training and evaluation need";

    private static final long serialVersionUID = 1;

    /** At the network's parameters. */
    public static Fit of(Rows rows) {
        return new Fit(rows, null);
    }

    @Override
    public Evaluation empty(Network network) {
        return new Evaluation(network);
    }

    @Override
    public void fold(BlockVisit visit, Evaluation sum) {
        BlockPass pass = parameters == null ? visit.forward() : visit.forwardAt(parameters);
        pass.evaluate(sum);
    }

    @Override
    public void merge(Evaluation sum, Evaluation other) {
        sum.merge(other);
    }

    @Override
    public void writeCounts(Evaluation sum, DataOutput out) throws IOException {
        sum.write(out);
    }

    @Override
    public void addCounts(Evaluation sum, DataInput in) throws IOException {
        sum.add(in);
    }

    @Override
    public Optional<String> firstNonFinite(Evaluation sum) {
        return sum.weight() > 0 && !Double.isFinite(sum.meanLoss()) ? Optional.of("the loss") : Optional.empty();
    }

    @Override
    public Optional<String> needOfLabels() {
        return Optional.of(NEED);
    }

    @Override
    public String toString() {
        return "loss and score";
    }

    @Override
    public boolean isAtNetwork() {
        return parameters == null;
    }

    /** {@inheritDoc} None of its own beside a gradient of the same rows. */
    @Override
    public long rowsTouched(Request request) {
        boolean isKnown = isAtNetwork()
                && request.parts().stream()
                        .anyMatch(part -> part.isAtLabels() && part.rows().equals(rows));
        return isKnown ? 0 : Part.super.rowsTouched(request);
    }

    @Override
    public long messageBytes(Network network) {
        return isAtNetwork() ? 0 : LayerShape.bytes(network.layers());
    }

    @Override
    public long heldBytes(Network network) {
        return 0;
    }

    @Override
    public long bytesOfRow(Network network, Precision precision) {
        return isAtNetwork() ? 0 : TapEngine.bytesOfRowAgain(network, precision);
    }

    @Override
    public double flopsOfRow(Network network) {
        return isAtNetwork() ? 0 : TapEngine.flopsOfRow(network, 0);
    }
}
