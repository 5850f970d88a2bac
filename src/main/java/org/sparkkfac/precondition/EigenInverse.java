package org.sparkkfac.precondition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.sparkkfac.curvature.EigenCorrectedBlock;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.SymmetricEigen;

/**
 * {@code U_G [(U_Gᵀ V U_A) ⊘ (S + λ)] U_Aᵀ}, which with {@code S = λ_G λ_Aᵀ} is {@code (A ⊗ G + λI)⁻¹} exactly.
 *
 * @param layer shape of the layer
 * @param damping λ
 * @param activationEigenvectors U_A, in columns
 * @param gradientEigenvectors U_G, in columns
 * @param eigenvalues S, of the layer's shape, undamped, none below zero
 */
public record EigenInverse(
        LayerShape layer,
        double damping,
        DoubleMatrix activationEigenvectors,
        DoubleMatrix gradientEigenvectors,
        DoubleMatrix eigenvalues)
        implements LayerInverse {
    static final String ACTIVATION_EIGENVECTORS = "activation_eigenvectors";
    static final String GRADIENT_EIGENVECTORS = "gradient_eigenvectors";
    static final String EIGENVALUES = "eigenvalues";

    static final InverseKind KIND = kind(
            Structure.KRONECKER,
            "(A ⊗ G + λI)⁻¹ in the eigenbasis",
            (block, damping) -> of((KroneckerBlock) block, damping),
            layer -> cost(layer, InversionCost.factors(layer)));
    static final InverseKind CORRECTED_KIND = kind(
            Structure.EIGEN_CORRECTED,
            "the same, eigenvalues measured",
            (block, damping) -> of((EigenCorrectedBlock) block, damping),
            layer -> cost(layer, InversionCost.factors(layer) + InversionCost.ofLayer(layer)));

    /** Copies of a matrix that dsyevd works on: the matrix, and two as work space. */
    private static final int EIGEN_COPIES = 3;

    private static InverseKind kind(
            Structure structure,
            String formula,
            InverseKind.Inverter inverter,
            Function<LayerShape, InversionCost> cost) {
        return new InverseKind(
                structure,
                formula,
                List.of(
                        KeptTensor.ofActivations(ACTIVATION_EIGENVECTORS),
                        KeptTensor.ofGradients(GRADIENT_EIGENVECTORS),
                        KeptTensor.nonNegative(EIGENVALUES)),
                inverter,
                (layer, damping, tensors) -> new EigenInverse(
                        layer,
                        damping,
                        Objects.requireNonNull(tensors.get(ACTIVATION_EIGENVECTORS)),
                        Objects.requireNonNull(tensors.get(GRADIENT_EIGENVECTORS)),
                        Objects.requireNonNull(tensors.get(EIGENVALUES))),
                cost);
    }

    private static InversionCost cost(LayerShape layer, long workingBytes) {
        return new InversionCost(
                InversionCost.factors(layer) + InversionCost.ofLayer(layer),
                workingBytes,
                EIGEN_COPIES * InversionCost.larger(layer),
                9 * InversionCost.cubes(layer));
    }

    /**
     * Decomposes both factors; about {@code 9((in+1)³ + out³)} flops.
     *
     * @throws SingularBlockException if the damped block is singular
     */
    static EigenInverse of(KroneckerBlock block, double damping) {
        String layer = block.layer().name();
        Spectrum.requireFinite(layer, "activation_covariance", block.a());
        Spectrum.requireFinite(layer, "gradient_covariance", block.g());
        List<SymmetricEigen> factors =
                LayerTasks.both(block.layer(), () -> SymmetricEigen.of(block.a()), () -> SymmetricEigen.of(block.g()));
        SymmetricEigen a = factors.get(0);
        SymmetricEigen g = factors.get(1);
        double[] lambdaA = a.values();
        double[] lambdaG = g.values();
        DoubleMatrix eigenvalues = DoubleMatrix.zeros(lambdaG.length, lambdaA.length);
        for (int j = 0; j < lambdaA.length; j++) {
            for (int i = 0; i < lambdaG.length; i++) {
                eigenvalues.set(i, j, Math.max(0, lambdaG[i]) * Math.max(0, lambdaA[j]));
            }
        }
        requireNonsingular(block.layer(), "activation_covariance ⊗ gradient_covariance", eigenvalues, damping);
        return new EigenInverse(block.layer(), damping, a.vectors(), g.vectors(), eigenvalues);
    }

    /**
     * Takes over the eigenvectors and the corrected eigenvalues.
     *
     * @throws SingularBlockException if the damped block is singular
     */
    static EigenInverse of(EigenCorrectedBlock block, double damping) {
        String layer = block.layer().name();
        Spectrum.requireFinite(layer, "lambda_matrix", block.eigenvalues());
        Spectrum.requireFinite(layer, "activation_eigenvectors", block.activationVectors());
        Spectrum.requireFinite(layer, "gradient_eigenvectors", block.gradientVectors());
        DoubleMatrix eigenvalues = block.eigenvalues().copy();
        eigenvalues.map(s -> Math.max(0, s));
        requireNonsingular(block.layer(), "lambda_matrix", eigenvalues, damping);
        return new EigenInverse(
                block.layer(), damping, block.activationVectors(), block.gradientVectors(), eigenvalues);
    }

    private static void requireNonsingular(LayerShape layer, String what, DoubleMatrix eigenvalues, double damping) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (double eigenvalue : eigenvalues.toArray()) {
            smallest = Math.min(smallest, eigenvalue);
            largest = Math.max(largest, eigenvalue);
        }
        Spectrum.requireNonsingular(layer.name(), what, smallest, largest, (double) layer.parameters(), damping);
    }

    /** {@inheritDoc} The decomposition is kept. */
    @Override
    public Optional<LayerInverse> withDamping(double other) {
        requireNonsingular(layer, "the block", eigenvalues, other);
        return Optional.of(new EigenInverse(layer, other, activationEigenvectors, gradientEigenvectors, eigenvalues));
    }

    @Override
    public List<DoubleMatrix> apply(List<DoubleMatrix> vs, int threads) {
        List<DoubleMatrix> rotated =
                Kronecker.multiplyTransposed(activationEigenvectors, gradientEigenvectors, vs, threads);
        rotated.forEach(x -> x.setToCombination(x, eigenvalues, (value, s) -> value / (s + damping)));
        return Kronecker.multiply(activationEigenvectors, gradientEigenvectors, rotated, threads);
    }

    @Override
    public UnaryOperator<DoubleMatrix> inverseRoot() {
        return v -> inBasis(v, s -> 1 / Math.sqrt(s + damping));
    }

    @Override
    public UnaryOperator<DoubleMatrix> root() {
        return v -> inBasis(v, s -> Math.sqrt(s + damping));
    }

    private DoubleMatrix inBasis(DoubleMatrix v, DoubleUnaryOperator factor) {
        DoubleMatrix rotated = Kronecker.multiplyTransposed(activationEigenvectors, gradientEigenvectors, v);
        rotated.setToCombination(rotated, eigenvalues, (x, s) -> x * factor.applyAsDouble(s));
        return Kronecker.multiply(activationEigenvectors, gradientEigenvectors, rotated);
    }

    @Override
    public double logDeterminant() {
        return mapped(s -> -Math.log(s + damping)).sum();
    }

    @Override
    public double trace() {
        return mapped(s -> 1 / (s + damping)).sum();
    }

    @Override
    public double norm() {
        return mapped(s -> 1 / (s + damping)).norm();
    }

    @Override
    public double[] dampedEigenvalues() {
        return mapped(s -> s + damping).toArray();
    }

    @Override
    public DoubleMatrix toDense() {
        return Kronecker.inBasis(activationEigenvectors, gradientEigenvectors, mapped(s -> 1 / (s + damping)));
    }

    private DoubleMatrix mapped(DoubleUnaryOperator f) {
        DoubleMatrix mapped = eigenvalues.copy();
        mapped.map(f);
        return mapped;
    }

    @Override
    public Map<String, Entries> tensors() {
        Map<String, Entries> tensors = new LinkedHashMap<>();
        tensors.put(ACTIVATION_EIGENVECTORS, activationEigenvectors);
        tensors.put(GRADIENT_EIGENVECTORS, gradientEigenvectors);
        tensors.put(EIGENVALUES, eigenvalues);
        return tensors;
    }
}
