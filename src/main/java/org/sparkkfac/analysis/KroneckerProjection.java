package org.sparkkfac.analysis;

import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Tap;

/** The sum {@code Σ_i w_i (ā_iᵀ A ā_i) Σ_c g_cᵀ G g_c} of a layer for given A and G: two gemms a block of rows. */
final class KroneckerProjection {
    private final KroneckerBlock block;
    private double sum;

    KroneckerProjection(FisherBlock block) {
        this.block = (KroneckerBlock) block;
    }

    void add(Tap tap) {
        double[] activations =
                quadraticForms(block.a(), (DoubleMatrix) tap.activations().to(Precision.DOUBLE));
        double[] gradients =
                quadraticForms(block.g(), (DoubleMatrix) tap.fisherGradients().to(Precision.DOUBLE));
        for (int c = 0; c < gradients.length; c++) {
            sum += activations[c % activations.length] * gradients[c];
        }
    }

    /** {@code xᵀMx} of each column x. */
    private static double[] quadraticForms(DoubleMatrix m, DoubleMatrix columns) {
        DoubleMatrix product = m.times(columns);
        double[] forms = new double[columns.columns()];
        for (int j = 0; j < forms.length; j++) {
            for (int i = 0; i < columns.rows(); i++) {
                forms[j] += columns.get(i, j) * product.get(i, j);
            }
        }
        return forms;
    }

    double sum() {
        return sum;
    }

    /** {@code ‖A ⊗ G‖²}. */
    double squaredNorm() {
        return block.norm() * block.norm();
    }
}
