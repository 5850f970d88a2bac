package org.sparkkfac.precondition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.sparkkfac.curvature.DenseBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.SymmetricEigen;

/**
 * {@code (F + λI)⁻¹} of a matrix with all its entries, as its Cholesky factor.
 *
 * @param layer shape of the layer
 * @param damping λ, which the factor holds
 * @param cholesky factor of {@code F + λI}, p × p
 * @param tensorName under which an artefact keeps the factor
 */
public record ExactInverse(LayerShape layer, double damping, Cholesky cholesky, String tensorName)
        implements LayerInverse {
    static final String EXACT_CHOLESKY = "exact_cholesky";
    static final String FULL_CHOLESKY = "full_cholesky";

    static final InverseKind KIND = kind(Structure.DENSE, "(F + λI)⁻¹ of each layer", EXACT_CHOLESKY);
    static final InverseKind FULL_KIND = kind(Structure.FULL, "(F + λI)⁻¹ over all layers", FULL_CHOLESKY);

    private static InverseKind kind(Structure structure, String formula, String tensorName) {
        return new InverseKind(
                structure,
                formula,
                List.of(KeptTensor.lower(tensorName)),
                (block, damping) -> of((DenseBlock) block, damping, tensorName),
                (layer, damping, tensors) -> new ExactInverse(
                        layer, damping, Cholesky.ofLower(Objects.requireNonNull(tensors.get(tensorName))), tensorName),
                ExactInverse::cost);
    }

    private static InversionCost cost(LayerShape layer) {
        long block = InversionCost.square(layer.parameters());
        return new InversionCost(block, 2 * block, block, Math.pow((double) layer.parameters(), 3) / 3);
    }

    /**
     * Factors the damped block; {@code p³/3} flops.
     *
     * @throws SingularBlockException if it is singular
     */
    static ExactInverse of(DenseBlock block, double damping, String tensorName) {
        Cholesky cholesky = Spectrum.factor(block.layer().name(), "the block", block.entries(), damping);
        return new ExactInverse(block.layer(), damping, cholesky, tensorName);
    }

    @Override
    public List<DoubleMatrix> apply(List<DoubleMatrix> vs, int threads) {
        int p = cholesky.lower().rows();
        DoubleMatrix columns = DoubleMatrix.zeros(p, vs.size());
        for (int k = 0; k < vs.size(); k++) {
            columns.setColumn(k, vs.get(k).toArray());
        }
        DoubleMatrix solved = cholesky.solve(columns);
        List<DoubleMatrix> results = new ArrayList<>();
        for (int k = 0; k < vs.size(); k++) {
            results.add(matrix(solved.view(0, p, k, 1)));
        }
        return results;
    }

    /** {@code L⁻ᵀ}, by which {@code R Rᵀ = (LLᵀ)⁻¹}. */
    @Override
    public UnaryOperator<DoubleMatrix> inverseRoot() {
        return v -> matrix(cholesky.solveTransposedLower(vec(v)));
    }

    @Override
    public UnaryOperator<DoubleMatrix> root() {
        return v -> matrix(DoubleMatrix.product(cholesky.lower(), true, vec(v), false));
    }

    private static DoubleMatrix vec(DoubleMatrix v) {
        double[] entries = v.toArray();
        return DoubleMatrix.wrap(entries.length, 1, entries);
    }

    private DoubleMatrix matrix(DoubleMatrix vec) {
        return DoubleMatrix.wrap(layer.out(), layer.columns(), vec.toArray());
    }

    @Override
    public double logDeterminant() {
        return -cholesky.logDeterminant();
    }

    @Override
    public double trace() {
        return toDense().trace();
    }

    @Override
    public double norm() {
        return toDense().norm();
    }

    @Override
    public double[] dampedEigenvalues() {
        return SymmetricEigen.values(DoubleMatrix.product(cholesky.lower(), false, cholesky.lower(), true));
    }

    @Override
    public DoubleMatrix toDense() {
        return cholesky.inverse();
    }

    @Override
    public Map<String, Entries> tensors() {
        return Map.of(tensorName, cholesky.lower());
    }
}
