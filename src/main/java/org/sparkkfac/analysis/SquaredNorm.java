package org.sparkkfac.analysis;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.nn.Tap;

/**
 * The double sum {@code Σ_i Σ_j w_i w_j (ā_iᵀā_j)² tr(Γ_iΓ_j)} of one layer, {@code tr(Γ_iΓ_j) = Σ_c Σ_d (g_icᵀg_jd)²}:
 * entrywise products of squared Gram matrices, chunk by chunk of rows.
 */
final class SquaredNorm {
    private static final int CHUNK = 256;

    /** Some rows: ā, and √w·g of copy c of row b in column c·B + b. */
    private record Chunk(DoubleMatrix activations, DoubleMatrix gradients) {
        int rows() {
            return activations.columns();
        }

        int copies() {
            return gradients.columns() / rows();
        }

        DoubleMatrix copy(int c) {
            return gradients.view(0, gradients.rows(), c * rows(), rows());
        }
    }

    private final List<Chunk> chunks = new ArrayList<>();
    private long rows;

    void add(Tap tap) {
        for (int first = 0; first < tap.rows(); first += CHUNK) {
            int count = Math.min(CHUNK, tap.rows() - first);
            DoubleMatrix activations = DoubleMatrix.zeros(tap.activations().rows(), count);
            activations.copyFrom(tap.activations().columns(first, count));
            DoubleMatrix gradients = DoubleMatrix.zeros(tap.fisherGradients().rows(), tap.copies() * count);
            for (int c = 0; c < tap.copies(); c++) {
                gradients
                        .columns(c * count, count)
                        .copyFrom(tap.fisherGradients().columns(c * tap.rows() + first, count));
            }
            chunks.add(new Chunk(activations, gradients));
            rows += count;
        }
    }

    /** The sum over all N rows, of which those added are all or a uniform sample. */
    double estimate(long all) {
        double same = 0;
        double different = 0;
        for (int i = 0; i < chunks.size(); i++) {
            for (int j = i; j < chunks.size(); j++) {
                DoubleMatrix products = products(chunks.get(i), chunks.get(j));
                double sum = products.sum();
                double diagonal = i == j ? products.trace() : 0;
                same += diagonal;
                different += i == j ? sum - diagonal : 2 * sum;
            }
        }
        double perRow = (double) all / rows;
        return perRow * same + (rows > 1 ? perRow * (all - 1) / (rows - 1) * different : 0);
    }

    /** {@code (ā_iᵀā_j)² Σ_c Σ_d (g_icᵀg_jd)²} for the rows of one chunk and those of another. */
    private static DoubleMatrix products(Chunk left, Chunk right) {
        DoubleMatrix traces = DoubleMatrix.zeros(left.rows(), right.rows());
        for (int c = 0; c < left.copies(); c++) {
            DoubleMatrix gram = DoubleMatrix.product(left.copy(c), true, right.gradients(), false);
            for (int d = 0; d < right.copies(); d++) {
                DoubleMatrix part = gram.view(0, gram.rows(), d * right.rows(), right.rows());
                traces.setToCombination(traces, part, (sum, g) -> sum + g * g);
            }
        }
        DoubleMatrix gram = DoubleMatrix.product(left.activations(), true, right.activations(), false);
        traces.setToCombination(traces, gram, (trace, a) -> trace * a * a);
        return traces;
    }
}
