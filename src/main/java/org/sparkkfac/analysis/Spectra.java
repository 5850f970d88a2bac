package org.sparkkfac.analysis;

import java.util.List;
import java.util.function.Consumer;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.DiagonalSum;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.ExactBlock;
import org.sparkkfac.stats.FullMatrix;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** Spectra of statistics and preconditioners. Cost: about {@code 4n³/3} flops for a dense matrix of dimension n. */
public final class Spectra {
    /** The name of {@code A ⊗ G}. */
    public static final String KRONECKER_PRODUCT = "kronecker_product";

    /** The name of {@code F + λI}, or what stands for it. */
    public static final String DAMPED = "damped_fisher";

    private Spectra() {}

    /**
     * The spectra of all averaged matrices: A, G and {@code A ⊗ G} of every layer, exact blocks, diagonals, corrected
     * eigenvalues, the full matrix; one at a time in memory.
     *
     * @throws org.sparkkfac.NumericalException if a matrix holds NaN or infinite numbers
     */
    public static void of(StatisticsState statistics, Consumer<NamedSpectrum> found) {
        for (StatisticKind kind : statistics.kinds()) {
            List<String> keys = kind.keys(statistics.layers());
            for (int i = 0; i < keys.size(); i++) {
                of(statistics, kind, i, keys.get(i)).forEach(found);
            }
        }
    }

    private static List<NamedSpectrum> of(StatisticsState statistics, StatisticKind kind, int index, String key) {
        return switch (kind) {
            case KRONECKER -> {
                NamedSpectrum a = dense(statistics, kind, index, key, KroneckerFactors.ACTIVATION_COVARIANCE);
                NamedSpectrum g = dense(statistics, kind, index, key, KroneckerFactors.GRADIENT_COVARIANCE);
                SpectralSummary product = a.spectrum().kronecker(g.spectrum());
                yield List.of(a, g, new NamedSpectrum(key, KRONECKER_PRODUCT, product));
            }
            case EXACT_BLOCK -> List.of(dense(statistics, kind, index, key, ExactBlock.EXACT_BLOCK));
            case FULL -> List.of(dense(statistics, kind, index, key, FullMatrix.FULL));
            case DIAGONAL -> List.of(diagonal(statistics, kind, index, key, DiagonalSum.DIAGONAL));
            case EIGEN_CORRECTED -> List.of(diagonal(statistics, kind, index, key, EigenCorrection.LAMBDA_MATRIX));
            default -> List.of(); // a new statistic need not be a matrix with a spectrum
        };
    }

    private static NamedSpectrum dense(
            StatisticsState statistics, StatisticKind kind, int index, String key, String name) {
        double[] eigenvalues = SymmetricEigen.values(statistics.average(kind, index, name));
        return new NamedSpectrum(key, name, SpectralSummary.of(eigenvalues));
    }

    /** The entries are the eigenvalues. */
    private static NamedSpectrum diagonal(
            StatisticsState statistics, StatisticKind kind, int index, String key, String name) {
        double[] eigenvalues = statistics.average(kind, index, name).toArray();
        return new NamedSpectrum(key, name, SpectralSummary.of(eigenvalues));
    }

    /** The spectra of the damped matrices M of which a preconditioner is the inverse. */
    public static void of(Preconditioner preconditioner, Consumer<NamedSpectrum> found) {
        for (LayerInverse inverse : preconditioner.layers()) {
            LayerShape layer = inverse.layer();
            found.accept(new NamedSpectrum(layer.name(), DAMPED, SpectralSummary.of(inverse.dampedEigenvalues())));
        }
    }
}
