package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;

/**
 * Asks for the gradient of the loss at the labels, and the loss, where rows have labels.
 *
 * @param rows over which rows
 * @param layers of which layers
 */
public record Gradient(Rows rows, List<LayerShape> layers) implements Part<GradientSum> {
    private static final long serialVersionUID = 1;

    /** Copies the list. */
    public Gradient {
        layers = List.copyOf(layers);
    }

    @Override
    public GradientSum empty(Network network) {
        return new GradientSum(layers);
    }

    @Override
    public void fold(BlockVisit visit, GradientSum sum) {
        sum.add(visit.atLabels().select(layers));
    }

    @Override
    public void merge(GradientSum sum, GradientSum other) {
        sum.merge(other);
    }

    @Override
    public List<DoubleMatrix> matrices(GradientSum sum) {
        return sum.vector().blocks();
    }

    @Override
    public void writeCounts(GradientSum sum, DataOutput out) throws IOException {
        sum.writeCounts(out);
    }

    @Override
    public void addCounts(GradientSum sum, DataInput in) throws IOException {
        sum.addCounts(in);
    }

    @Override
    public Optional<String> firstNonFinite(GradientSum sum) {
        return sum.firstNonFinite();
    }

    @Override
    public boolean isAtLabels() {
        return true;
    }

    @Override
    public long stateBytes(Network network) {
        return LayerShape.bytes(layers);
    }

    @Override
    public double flopsOfRow(Network network) {
        return 2.0 * layers.stream().mapToLong(LayerShape::parameters).sum();
    }

    @Override
    public String name() {
        return "collect";
    }

    @Override
    public String toString() {
        return "loss and gradient";
    }
}
