package org.sparkkfac.precondition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.SymmetricEigen;

/**
 * {@code (A + π√λ I)⁻¹ ⊗ (G + (√λ/π) I)⁻¹} with {@code π = √[(tr A/dim A)/(tr G/dim G)]}; Martens and Grosse 2015,
 * section 6.3. It is not the inverse of {@code A ⊗ G + λI}, but of that plus {@code (√λ/π) A⊗I + π√λ I⊗G}.
 *
 * @param layer shape of the layer
 * @param damping λ
 * @param activationInverse (in+1) × (in+1)
 * @param gradientInverse out × out
 */
public record FactoredInverse(
        LayerShape layer, double damping, DoubleMatrix activationInverse, DoubleMatrix gradientInverse)
        implements LayerInverse {
    static final String ACTIVATION_INVERSE = "activation_inverse";
    static final String GRADIENT_INVERSE = "gradient_inverse";

    static final InverseKind KIND = new InverseKind(
            Structure.KRONECKER,
            "(A + π√λ I)⁻¹ ⊗ (G + √λ/π I)⁻¹",
            List.of(KeptTensor.ofActivations(ACTIVATION_INVERSE), KeptTensor.ofGradients(GRADIENT_INVERSE)),
            (block, damping) -> of((KroneckerBlock) block, damping),
            (layer, damping, tensors) -> new FactoredInverse(
                    layer,
                    damping,
                    Objects.requireNonNull(tensors.get(ACTIVATION_INVERSE)),
                    Objects.requireNonNull(tensors.get(GRADIENT_INVERSE))),
            FactoredInverse::cost);

    /**
     * Inverts both factors; {@code (in+1)³ + out³} flops.
     *
     * @throws SingularBlockException if a damped factor is singular
     */
    static FactoredInverse of(KroneckerBlock block, double damping) {
        String layer = block.layer().name();
        double root = Math.sqrt(damping);
        double pi = pi(block.a(), block.g());
        List<DoubleMatrix> inverses = LayerTasks.both(
                block.layer(),
                () -> Spectrum.inverse(layer, "activation_covariance", block.a(), pi * root),
                () -> Spectrum.inverse(layer, "gradient_covariance", block.g(), root / pi));
        return new FactoredInverse(block.layer(), damping, inverses.get(0), inverses.get(1));
    }

    private static InversionCost cost(LayerShape layer) {
        long factors = InversionCost.factors(layer);
        return new InversionCost(factors, factors, InversionCost.larger(layer), InversionCost.cubes(layer));
    }

    /** π, which shares the damping so that {@code A → cA, G → G/c} changes nothing; 1 where a trace is zero. */
    static double pi(DoubleMatrix a, DoubleMatrix g) {
        double meanA = a.trace() / a.rows();
        double meanG = g.trace() / g.rows();
        double pi = Math.sqrt(meanA / meanG);
        return meanA > 0 && meanG > 0 && pi > 0 && Double.isFinite(pi) ? pi : 1;
    }

    @Override
    public List<DoubleMatrix> apply(List<DoubleMatrix> vs, int threads) {
        return Kronecker.multiply(activationInverse, gradientInverse, vs, threads);
    }

    @Override
    public UnaryOperator<DoubleMatrix> inverseRoot() {
        DoubleMatrix a = power(activationInverse, 0.5);
        DoubleMatrix g = power(gradientInverse, 0.5);
        return v -> Kronecker.multiply(a, g, v);
    }

    @Override
    public UnaryOperator<DoubleMatrix> root() {
        DoubleMatrix a = power(activationInverse, -0.5);
        DoubleMatrix g = power(gradientInverse, -0.5);
        return v -> Kronecker.multiply(a, g, v);
    }

    private static DoubleMatrix power(DoubleMatrix symmetric, double exponent) {
        SymmetricEigen eigen = SymmetricEigen.of(symmetric);
        double[] powers = eigen.values();
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Math.pow(powers[i], exponent);
        }
        DoubleMatrix scaled = eigen.vectors().copy();
        scaled.scaleColumns(powers);
        return DoubleMatrix.product(scaled, false, eigen.vectors(), true);
    }

    @Override
    public double logDeterminant() {
        return layer.out() * logDeterminant(activationInverse) + layer.columns() * logDeterminant(gradientInverse);
    }

    private static double logDeterminant(DoubleMatrix symmetric) {
        double sum = 0;
        for (double eigenvalue : SymmetricEigen.values(symmetric)) {
            sum += Math.log(eigenvalue);
        }
        return sum;
    }

    @Override
    public double trace() {
        return activationInverse.trace() * gradientInverse.trace();
    }

    @Override
    public double norm() {
        return activationInverse.norm() * gradientInverse.norm();
    }

    @Override
    public double[] dampedEigenvalues() {
        double[] a = SymmetricEigen.values(activationInverse);
        double[] g = SymmetricEigen.values(gradientInverse);
        double[] products = new double[a.length * g.length];
        for (int j = 0; j < a.length; j++) {
            for (int i = 0; i < g.length; i++) {
                products[j * g.length + i] = 1 / (a[j] * g[i]);
            }
        }
        return products;
    }

    @Override
    public DoubleMatrix toDense() {
        return Kronecker.toDense(activationInverse, gradientInverse);
    }

    @Override
    public Map<String, Entries> tensors() {
        Map<String, Entries> tensors = new LinkedHashMap<>();
        tensors.put(ACTIVATION_INVERSE, activationInverse);
        tensors.put(GRADIENT_INVERSE, gradientInverse);
        return tensors;
    }
}
