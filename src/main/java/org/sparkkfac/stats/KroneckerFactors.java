package org.sparkkfac.stats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.PackedSymmetric;
import org.sparkkfac.nn.Tap;

/**
 * The Kronecker factors of a layer's Fisher block, {@code A = Σ w āāᵀ} and {@code G = Σ w E[ggᵀ]}, whose averages give
 * {@code F ≈ A ⊗ G}; Martens and Grosse 2015, section 3.
 */
public final class KroneckerFactors implements LayerStatistic {
    /** Name of A in an artefact, (in+1) × (in+1). */
    public static final String ACTIVATION_COVARIANCE = "activation_covariance";

    /** Name of G in an artefact, out × out. */
    public static final String GRADIENT_COVARIANCE = "gradient_covariance";

    static final StatisticDefinition DEFINITION = StatisticDefinition.ofLayers(
            "kronecker",
            List.of(ACTIVATION_COVARIANCE, GRADIENT_COVARIANCE),
            Optional.of("diagonal"),
            KroneckerFactors::new,
            layer -> PackedSymmetric.bytes(layer.columns()) + PackedSymmetric.bytes(layer.out()),
            (layer, k) ->
                    StatisticDefinition.symmetric(layer.columns()) + k * StatisticDefinition.symmetric(layer.out()));

    private PackedSymmetric activations;
    private PackedSymmetric gradients;

    public KroneckerFactors(LayerShape layer) {
        activations = new PackedSymmetric(layer.columns());
        gradients = new PackedSymmetric(layer.out());
    }

    @Override
    public void add(Tap tap) {
        activations.addGram(tap.weightedActivations());
        gradients.addGram(tap.fisherGradients());
    }

    @Override
    public List<DoubleMatrix> parts() {
        return Stream.concat(activations.parts().stream(), gradients.parts().stream())
                .toList();
    }

    @Override
    public Map<String, Entries> sums() {
        Map<String, Entries> sums = new LinkedHashMap<>();
        sums.put(ACTIVATION_COVARIANCE, activations);
        sums.put(GRADIENT_COVARIANCE, gradients);
        return sums;
    }

    @Override
    public Map<String, Double> traces() {
        Map<String, Double> traces = new LinkedHashMap<>();
        traces.put(ACTIVATION_COVARIANCE, activations.trace());
        traces.put(GRADIENT_COVARIANCE, gradients.trace());
        return traces;
    }

    @Override
    public void restore(Map<String, ? extends Entries> sums) {
        activations = StoredSums.symmetric(sums, ACTIVATION_COVARIANCE, activations.dimension());
        gradients = StoredSums.symmetric(sums, GRADIENT_COVARIANCE, gradients.dimension());
    }

    @Override
    public List<String> rowCounts() {
        return List.of("num_activation_covariance_processed", "num_gradient_covariance_processed");
    }
}
