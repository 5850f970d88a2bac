package org.sparkkfac.precondition;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.sparkkfac.curvature.DiagonalBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;

/**
 * {@code diag(D + λ)⁻¹}, entry by entry.
 *
 * @param layer shape of the layer
 * @param damping λ, which the inverse holds
 * @param inverse 1/(D + λ), of the layer's shape
 */
public record DiagonalInverse(LayerShape layer, double damping, DoubleMatrix inverse) implements LayerInverse {
    static final String DIAGONAL_INVERSE = "diagonal_inverse";

    static final InverseKind KIND = new InverseKind(
            Structure.DIAGONAL,
            "elementwise",
            List.of(KeptTensor.nonNegative(DIAGONAL_INVERSE)),
            (block, damping) -> of((DiagonalBlock) block, damping),
            (layer, damping, tensors) ->
                    new DiagonalInverse(layer, damping, Objects.requireNonNull(tensors.get(DIAGONAL_INVERSE))),
            DiagonalInverse::cost);

    /**
     * Inverts every entry.
     *
     * @throws SingularBlockException if the smallest entry is singular against the largest
     */
    static DiagonalInverse of(DiagonalBlock block, double damping) {
        String layer = block.layer().name();
        Spectrum.requireFinite(layer, "diagonal", block.diagonal());
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (double entry : block.diagonal().toArray()) {
            smallest = Math.min(smallest, entry);
            largest = Math.max(largest, entry);
        }
        Spectrum.requireNonsingular(
                layer, "diagonal", smallest, largest, (double) block.layer().parameters(), damping);
        DoubleMatrix inverse = block.diagonal().copy();
        inverse.map(d -> 1 / (Math.max(0, d) + damping));
        return new DiagonalInverse(block.layer(), damping, inverse);
    }

    private static InversionCost cost(LayerShape layer) {
        long entries = InversionCost.ofLayer(layer);
        return new InversionCost(entries, entries, 0, 0);
    }

    @Override
    public List<DoubleMatrix> apply(List<DoubleMatrix> vs, int threads) {
        return vs.stream().map(v -> scaled(v, d -> d)).toList();
    }

    @Override
    public UnaryOperator<DoubleMatrix> inverseRoot() {
        return v -> scaled(v, Math::sqrt);
    }

    @Override
    public UnaryOperator<DoubleMatrix> root() {
        return v -> scaled(v, d -> 1 / Math.sqrt(d));
    }

    private DoubleMatrix scaled(DoubleMatrix v, DoubleUnaryOperator factor) {
        DoubleMatrix product = DoubleMatrix.zeros(v.rows(), v.columns());
        product.setToCombination(inverse, v, (d, x) -> factor.applyAsDouble(d) * x);
        return product;
    }

    @Override
    public double logDeterminant() {
        DoubleMatrix logs = inverse.copy();
        logs.map(Math::log);
        return logs.sum();
    }

    @Override
    public double trace() {
        return inverse.sum();
    }

    @Override
    public double norm() {
        return inverse.norm();
    }

    @Override
    public double[] dampedEigenvalues() {
        DoubleMatrix eigenvalues = inverse.copy();
        eigenvalues.map(x -> 1 / x);
        return eigenvalues.toArray();
    }

    @Override
    public DoubleMatrix toDense() {
        return new DiagonalBlock(layer, inverse).toDense();
    }

    @Override
    public Map<String, Entries> tensors() {
        return Map.of(DIAGONAL_INVERSE, inverse);
    }
}
