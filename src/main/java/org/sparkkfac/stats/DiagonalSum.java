package org.sparkkfac.stats;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.Tap;

/** The diagonal of a layer's Fisher block as a matrix, {@code D(i, j) = Σ w ā_j² E[g_i²]}: one gemm of squares a copy. */
public final class DiagonalSum implements LayerStatistic {
    /** Name of D in an artefact, out × (in+1). */
    public static final String DIAGONAL = "diagonal";

    static final StatisticDefinition DEFINITION = StatisticDefinition.ofLayers(
            "diagonal",
            List.of(DIAGONAL),
            Optional.empty(),
            DiagonalSum::new,
            layer -> Double.BYTES * layer.parameters(),
            (layer, k) -> 2.0 * k * layer.parameters());

    private DoubleMatrix diagonal;

    public DiagonalSum(LayerShape layer) {
        diagonal = DoubleMatrix.zeros(layer.out(), layer.columns());
    }

    @Override
    public void add(Tap tap) {
        Matrix activations = StoredSums.squares(tap.activations());
        Matrix gradients = StoredSums.squares(tap.fisherGradients());
        for (int c = 0; c < tap.copies(); c++) {
            diagonal.addProduct(gradients.columns(c * tap.rows(), tap.rows()), false, activations, true);
        }
    }

    @Override
    public List<DoubleMatrix> parts() {
        return List.of(diagonal);
    }

    @Override
    public Map<String, Entries> sums() {
        return Map.of(DIAGONAL, diagonal);
    }

    @Override
    public Map<String, Double> traces() {
        return Map.of(DIAGONAL, diagonal.sum());
    }

    @Override
    public void restore(Map<String, ? extends Entries> sums) {
        diagonal = StoredSums.dense(sums, DIAGONAL, diagonal.rows(), diagonal.columns());
    }
}
