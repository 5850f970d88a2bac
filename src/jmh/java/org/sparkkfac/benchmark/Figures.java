package org.sparkkfac.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/**
 * What tells whether two programs computed the same averages over the rows: traces and Frobenius norms of each layer's A,
 * traces of its G, and where there are labels the mean loss and each layer's norm of the mean gradient.
 *
 * @param values by name, as peer.py has them
 */
record Figures(Map<String, double[]> values) {
    private static final String G_TRACE = "g_trace";

    /** G is of other draws in each program, over 10,000 different digits; a wrong scale is off by a factor. */
    private static final double OF_DRAWS = 0.03;

    static Figures of(StatisticsState state) {
        Map<String, double[]> values = new TreeMap<>();
        int layers = state.layers().size();
        values.put(
                "a_trace",
                each(
                        layers,
                        l -> factor(state, l, KroneckerFactors.ACTIVATION_COVARIANCE)
                                .trace()));
        values.put(
                "a_norm",
                each(
                        layers,
                        l -> factor(state, l, KroneckerFactors.ACTIVATION_COVARIANCE)
                                .norm()));
        values.put(
                G_TRACE,
                each(
                        layers,
                        l -> factor(state, l, KroneckerFactors.GRADIENT_COVARIANCE)
                                .trace()));
        state.meanLoss().ifPresent(loss -> {
            ParameterVector gradient = state.meanGradient().orElseThrow();
            values.put("loss", new double[] {loss});
            values.put("gradient_norm", each(layers, l -> gradient.block(l).norm()));
        });
        return new Figures(values);
    }

    static Figures ofJson(String json) {
        try {
            return new Figures(new ObjectMapper().readValue(json, new TypeReference<TreeMap<String, double[]>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no figures: " + json, e);
        }
    }

    /**
     * The largest relative difference of what depends on no draw.
     *
     * @throws IllegalStateException if the other program has not done the same work
     */
    double difference(Figures other, String name, Precision precision) {
        if (!values.keySet().equals(other.values.keySet())) {
            throw new IllegalStateException(
                    name + " found " + other.values.keySet() + " instead of " + values.keySet());
        }
        double largest = 0;
        for (String key : values.keySet()) {
            double found = difference(values.get(key), other.values.get(key));
            double allowed = key.equals(G_TRACE) ? OF_DRAWS : precision == Precision.DOUBLE ? 1e-9 : 1e-5;
            if (!(found <= allowed)) {
                throw new IllegalStateException(
                        name + " in " + precision + " precision has not done the same work: " + key
                                + " " + Arrays.toString(other.values.get(key)) + " instead of "
                                + Arrays.toString(values.get(key))
                                + " in spark-kfac, relative difference " + found + ", allowed " + allowed);
            }
            largest = key.equals(G_TRACE) ? largest : Math.max(largest, found);
        }
        return largest;
    }

    private static double difference(double[] expected, double[] found) {
        if (expected.length != found.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(found[i] - expected[i]) / Math.abs(expected[i]));
        }
        return largest;
    }

    private static DoubleMatrix factor(StatisticsState state, int layer, String name) {
        return state.average(StatisticKind.KRONECKER, layer, name);
    }

    private static double[] each(int layers, IntToDoubleFunction figure) {
        double[] all = new double[layers];
        Arrays.setAll(all, figure);
        return all;
    }
}
