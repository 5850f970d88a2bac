package org.sparkkfac.stats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.linalg.VectorEntries;
import org.sparkkfac.nn.Tap;

/**
 * Second moments of the gradient in a Kronecker eigenbasis, {@code S(i, j) = Σ w E[(U_Gᵀ g āᵀ U_A)²(i, j)]}: the best
 * diagonal in that basis; George et al. 2018 (EKFAC, arXiv:1806.03884). Two products rotate the taps, one sums the
 * squares.
 */
public final class EigenCorrection implements LayerStatistic {
    /** Name of S in an artefact, out × (in+1). */
    public static final String LAMBDA_MATRIX = "lambda_matrix";

    /** Name of U_A. */
    public static final String ACTIVATION_EIGENVECTORS = "activation_eigenvectors";

    /** Name of λ_A. */
    public static final String ACTIVATION_EIGENVALUES = "activation_eigenvalues";

    /** Name of U_G. */
    public static final String GRADIENT_EIGENVECTORS = "gradient_eigenvectors";

    /** Name of λ_G. */
    public static final String GRADIENT_EIGENVALUES = "gradient_eigenvalues";

    static final StatisticDefinition DEFINITION = StatisticDefinition.ofLayers(
                    "eigen-corrected",
                    List.of(
                            LAMBDA_MATRIX,
                            ACTIVATION_EIGENVECTORS,
                            ACTIVATION_EIGENVALUES,
                            GRADIENT_EIGENVECTORS,
                            GRADIENT_EIGENVALUES),
                    Optional.empty(),
                    layer -> new EigenCorrection(layer, EigenBasis.unknown(layer)),
                    layer -> Double.BYTES * layer.parameters(),
                    (layer, k) -> 2 * Math.pow(layer.columns(), 2)
                            + 2 * k * Math.pow(layer.out(), 2)
                            + 2.0 * k * layer.parameters())
            .inBases(EigenCorrection::new);

    private EigenBasis basis;
    private DoubleMatrix moments;

    public EigenCorrection(LayerShape layer, EigenBasis basis) {
        this.basis = basis;
        this.moments = DoubleMatrix.zeros(layer.out(), layer.columns());
    }

    @Override
    public void add(Tap tap) {
        Matrix activations = StoredSums.squares(rotated(basis.activationVectors(), tap.activations()));
        Matrix gradients = StoredSums.squares(rotated(basis.gradientVectors(), tap.fisherGradients()));
        for (int c = 0; c < tap.copies(); c++) {
            moments.addProduct(gradients.columns(c * tap.rows(), tap.rows()), false, activations, true);
        }
    }

    private static Matrix rotated(DoubleMatrix vectors, Matrix columns) {
        Precision precision = columns.precision();
        Matrix rotation = precision == Precision.DOUBLE ? vectors : vectors.to(precision);
        Matrix rotated = Matrix.zeros(precision, columns.rows(), columns.columns());
        rotated.setToProduct(1, rotation, true, columns, false, 0);
        return rotated;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the other sum was measured in another basis
     */
    @Override
    public void merge(Statistic other) {
        EigenCorrection correction = (EigenCorrection) other;
        if (!basis.isSame(correction.basis)) {
            throw new IllegalArgumentException(
                    LAMBDA_MATRIX + " was measured in two different eigenbases and cannot be added");
        }
        LayerStatistic.super.merge(other);
    }

    @Override
    public List<DoubleMatrix> parts() {
        return List.of(moments);
    }

    @Override
    public Map<String, Entries> sums() {
        Map<String, Entries> sums = new LinkedHashMap<>();
        sums.put(LAMBDA_MATRIX, moments);
        sums.put(ACTIVATION_EIGENVECTORS, basis.activationVectors());
        sums.put(ACTIVATION_EIGENVALUES, basis.activationValues());
        sums.put(GRADIENT_EIGENVECTORS, basis.gradientVectors());
        sums.put(GRADIENT_EIGENVALUES, basis.gradientValues());
        return sums;
    }

    @Override
    public Map<String, Double> traces() {
        return Map.of(LAMBDA_MATRIX, moments.sum());
    }

    @Override
    public void restore(Map<String, ? extends Entries> sums) {
        int a = moments.columns();
        int g = moments.rows();
        basis = new EigenBasis(
                StoredSums.dense(sums, ACTIVATION_EIGENVECTORS, a, a),
                new VectorEntries(
                        StoredSums.dense(sums, ACTIVATION_EIGENVALUES, a, 1).toArray()),
                StoredSums.dense(sums, GRADIENT_EIGENVECTORS, g, g),
                new VectorEntries(
                        StoredSums.dense(sums, GRADIENT_EIGENVALUES, g, 1).toArray()));
        moments = StoredSums.dense(sums, LAMBDA_MATRIX, g, a);
    }

    /** The basis in which this was measured. */
    public EigenBasis basis() {
        return basis;
    }

    @Override
    public List<String> rowCounts() {
        return List.of("num_lambda_processed");
    }
}
