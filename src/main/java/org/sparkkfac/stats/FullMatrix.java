package org.sparkkfac.stats;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.PackedSymmetric;
import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.Taps;

/**
 * The exact Fisher matrix over all P parameters, {@code F = Σ w E[z zᵀ]} with z the layers' {@code vec(g āᵀ) = ā ⊗ g}
 * one after the other: columns z are formed for some rows at a time and added by syrk, {@code P(P + 1)} flops a column.
 * For small networks: P²/2 numbers.
 */
public final class FullMatrix implements NetworkStatistic {
    /** Name of F in an artefact and of its only key, P × P. */
    public static final String FULL = "full";

    static final StatisticDefinition DEFINITION = new StatisticDefinition(
            "full",
            List.of(FULL),
            Optional.of("exact-block or kronecker"),
            layers -> List.of(FULL),
            (layers, bases) -> List.of(new FullMatrix(layers)),
            layers -> PackedSymmetric.bytes(parameters(layers)),
            (layers, k) -> k * StatisticDefinition.symmetric((double) parameters(layers)));

    /** Numbers in the columns that are formed at a time: 32 MiB in double precision. */
    private static final int SCRATCH = 1 << 22;

    private PackedSymmetric sum;

    public FullMatrix(List<LayerShape> layers) {
        sum = new PackedSymmetric(Math.toIntExact(parameters(layers)));
    }

    /** P, the number of parameters of all layers. */
    static long parameters(List<LayerShape> layers) {
        return layers.stream().mapToLong(LayerShape::parameters).sum();
    }

    @Override
    public void add(Taps taps) {
        int columns = taps.layers().get(0).fisherGradients().columns();
        int chunk = Math.max(16, SCRATCH / sum.dimension());
        for (int first = 0; first < columns; first += chunk) {
            sum.addGram(gradients(taps, first, Math.min(chunk, columns - first)));
        }
    }

    /** The gradient columns z, P × count. */
    private Matrix gradients(Taps taps, int first, int count) {
        Matrix gradients = Matrix.zeros(taps.layers().get(0).activations().precision(), sum.dimension(), count);
        double[] z = new double[sum.dimension()];
        for (int k = 0; k < count; k++) {
            int start = 0;
            for (Tap tap : taps.layers()) {
                start = gradient(tap, first + k, z, start);
            }
            gradients.setColumn(k, z);
        }
        return gradients;
    }

    /** Writes {@code ā ⊗ g} of one column and returns where it ends. */
    private static int gradient(Tap tap, int column, double[] z, int start) {
        double[] a = new double[tap.activations().rows()];
        double[] g = new double[tap.fisherGradients().rows()];
        tap.activations().getColumn(column % tap.rows(), a);
        tap.fisherGradients().getColumn(column, g);
        int k = start;
        for (double activation : a) {
            for (double gradient : g) {
                z[k++] = activation * gradient;
            }
        }
        return k;
    }

    @Override
    public List<DoubleMatrix> parts() {
        return sum.parts();
    }

    @Override
    public Map<String, Entries> sums() {
        return Map.of(FULL, sum);
    }

    @Override
    public Map<String, Double> traces() {
        return Map.of(FULL, sum.trace());
    }

    @Override
    public void restore(Map<String, ? extends Entries> sums) {
        sum = StoredSums.symmetric(sums, FULL, sum.dimension());
    }
}
