package org.sparkkfac.stats;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.linalg.VectorEntries;

/**
 * The eigenvectors of a layer's averaged Kronecker factors, in which {@link EigenCorrection} measures second moments.
 *
 * @param activationVectors U_A, in columns, eigenvalues ascending
 * @param activationValues λ_A
 * @param gradientVectors U_G, likewise
 * @param gradientValues λ_G
 */
public record EigenBasis(
        DoubleMatrix activationVectors,
        VectorEntries activationValues,
        DoubleMatrix gradientVectors,
        VectorEntries gradientValues)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Stand for bases that are still to be found, where only their cost matters. */
    public static List<EigenBasis> placeholders(int layers) {
        return Collections.nCopies(layers, ofVectors(DoubleMatrix.zeros(0, 0), DoubleMatrix.zeros(0, 0)));
    }

    /** A basis that is still to be read from an artefact. */
    static EigenBasis unknown(LayerShape layer) {
        return ofVectors(DoubleMatrix.identity(layer.columns()), DoubleMatrix.identity(layer.out()));
    }

    /** A basis without its eigenvalues, to measure in. */
    public static EigenBasis ofVectors(DoubleMatrix activationVectors, DoubleMatrix gradientVectors) {
        return new EigenBasis(
                activationVectors,
                new VectorEntries(new double[activationVectors.columns()]),
                gradientVectors,
                new VectorEntries(new double[gradientVectors.columns()]));
    }

    /**
     * The bases of all layers from their Kronecker factors.
     *
     * @throws NumericalException if a factor is not finite
     */
    public static List<EigenBasis> of(StatisticsState statistics) {
        Optional<String> wrong = statistics.firstNonFinite();
        if (wrong.isPresent()) {
            throw new NumericalException(wrong.get() + " is NaN or infinite: it has no eigenvectors");
        }
        List<EigenBasis> bases = new ArrayList<>();
        for (int l = 0; l < statistics.layers().size(); l++) {
            SymmetricEigen a = SymmetricEigen.of(
                    statistics.average(StatisticKind.KRONECKER, l, KroneckerFactors.ACTIVATION_COVARIANCE));
            SymmetricEigen g = SymmetricEigen.of(
                    statistics.average(StatisticKind.KRONECKER, l, KroneckerFactors.GRADIENT_COVARIANCE));
            bases.add(new EigenBasis(
                    a.vectors(), new VectorEntries(a.values()), g.vectors(), new VectorEntries(g.values())));
        }
        return bases;
    }

    /** Bytes of the eigenvectors of all layers. */
    public static long bytes(List<LayerShape> layers) {
        return Double.BYTES
                * layers.stream()
                        .mapToLong(layer -> (long) layer.columns() * layer.columns() + (long) layer.out() * layer.out())
                        .sum();
    }

    /** Whether both bases are the same to the last bit. */
    boolean isSame(EigenBasis other) {
        return java.util.Arrays.equals(activationVectors.toArray(), other.activationVectors.toArray())
                && java.util.Arrays.equals(gradientVectors.toArray(), other.gradientVectors.toArray());
    }
}
