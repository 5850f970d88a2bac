package org.sparkkfac.stats;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.Tap;

/**
 * The exact Fisher block of a layer, {@code F = Σ w (āāᵀ) ⊗ E[ggᵀ]}, p × p with p = out·(in+1), index = column·out +
 * row.
 *
 * <p>Entry ((j, i), (j', i')) is {@code Σ w ā_j ā_j' Γ_ii'} with {@code Γ = Σ_c g_c g_cᵀ} of one row. It depends on the
 * unordered pairs {i, i'} and {j, j'} alone, so the sum is one matrix product of packed pairs, {@code (pairs of ā) ×
 * (pairs of Γ)ᵀ}: about p²/2 flops and p²/4 numbers, where a rank-one update for each class costs C·p² flops and p²/2
 * numbers.
 */
public final class ExactBlock implements LayerStatistic {
    /** Name of F in an artefact, p × p. */
    public static final String EXACT_BLOCK = "exact_block";

    static final StatisticDefinition DEFINITION = StatisticDefinition.ofLayers(
            "exact-block",
            List.of(EXACT_BLOCK),
            Optional.of("kronecker or diagonal"),
            ExactBlock::new,
            ExactBlock::bytes,
            (layer, k) ->
                    0.5 * StatisticDefinition.symmetric(layer.columns()) * StatisticDefinition.symmetric(layer.out()));

    /** Numbers in a matrix of packed pairs of one step: 32 MiB in double precision. */
    private static final int SCRATCH = 1 << 22;

    private final int columns;
    private final int out;
    private final DoubleMatrix sums;
    private @Nullable Matrix gradientScratch;
    private @Nullable Matrix activationScratch;

    public ExactBlock(LayerShape layer) {
        columns = layer.columns();
        out = layer.out();
        sums = DoubleMatrix.zeros(pairs(columns), pairs(out));
    }

    /** Bytes of the sum for a layer. */
    public static long bytes(LayerShape layer) {
        long activationPairs = (long) layer.columns() * (layer.columns() + 1) / 2;
        long gradientPairs = (long) layer.out() * (layer.out() + 1) / 2;
        return Double.BYTES * activationPairs * gradientPairs;
    }

    private static int pairs(int n) {
        return Math.toIntExact((long) n * (n + 1) / 2);
    }

    private static int pair(int a, int b) {
        int high = Math.max(a, b);
        return high * (high + 1) / 2 + Math.min(a, b);
    }

    @Override
    public void add(Tap tap) {
        int chunk = Math.max(16, SCRATCH / sums.columns());
        for (int first = 0; first < tap.rows(); first += chunk) {
            addRows(tap, first, Math.min(chunk, tap.rows() - first));
        }
    }

    private void addRows(Tap tap, int first, int count) {
        Matrix gradientPairs = scratch(gradientScratch, tap, sums.columns(), count);
        gradientScratch = gradientPairs;
        for (int c = 0; c < tap.copies(); c++) {
            gradientPairs.columns(0, count).setToPairs(tap.fisherGradients(), c * tap.rows() + first, 0, out, c > 0);
        }
        // ā_j' for j' ≤ j is a run of consecutive pairs: one strip of the sum at a time bounds the scratch memory.
        int strip = Math.max(1, SCRATCH / count);
        int from = 0;
        while (from < columns) {
            int to = from + 1;
            while (to < columns && pairs(to + 1) - pairs(from) <= strip) {
                to++;
            }
            Matrix activationPairs = scratch(activationScratch, tap, pairs(to) - pairs(from), count);
            activationScratch = activationPairs;
            Matrix products = activationPairs.columns(0, count);
            products.setToPairs(tap.activations(), first, from, to, false);
            sums.view(pairs(from), pairs(to) - pairs(from), 0, sums.columns())
                    .addProduct(products, false, gradientPairs.columns(0, count), true);
            from = to;
        }
    }

    /** The matrix of the batch before, if it serves again. */
    private static Matrix scratch(@Nullable Matrix kept, Tap tap, int rows, int count) {
        return kept != null
                        && kept.rows() == rows
                        && kept.columns() >= count
                        && kept.precision() == tap.activations().precision()
                ? kept
                : Matrix.zeros(tap.activations().precision(), rows, count);
    }

    @Override
    public List<DoubleMatrix> parts() {
        return List.of(sums);
    }

    @Override
    public Map<String, Entries> sums() {
        return Map.of(EXACT_BLOCK, new Block());
    }

    @Override
    public Map<String, Double> traces() {
        double trace = 0;
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < out; i++) {
                trace += sums.get(pair(j, j), pair(i, i));
            }
        }
        return Map.of(EXACT_BLOCK, trace);
    }

    @Override
    public void restore(Map<String, ? extends Entries> restored) {
        Entries block = StoredSums.required(restored, EXACT_BLOCK, columns * out, columns * out);
        for (int j = 0; j < columns; j++) {
            for (int k = 0; k <= j; k++) {
                for (int i = 0; i < out; i++) {
                    for (int h = 0; h <= i; h++) {
                        sums.set(pair(j, k), pair(i, h), block.get(j * out + i, k * out + h));
                    }
                }
            }
        }
    }

    /** The p × p sum, computed from the packed pairs. */
    private final class Block implements Entries {
        @Override
        public int rows() {
            return columns * out;
        }

        @Override
        public int columns() {
            return rows();
        }

        @Override
        public double get(int row, int column) {
            return sums.get(pair(row / out, column / out), pair(row % out, column % out));
        }

        @Override
        public boolean isFinite() {
            return sums.isFinite();
        }
    }
}
