package org.sparkkfac.nn.likelihood;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.CounterRandom;

/**
 * p(y | f) for the outputs f of one row. The loss is {@code −log p(y | f)} without constants.
 *
 * <p>Arrays named {@code into} are overwritten in their first {@code f.length} entries.
 */
public interface Likelihood {
    /** The name in {@code model.json}. */
    String type();

    /** What a label is, in a few words, such as {@code counts}. */
    String meaning();

    /** The constants by their names in {@code model.json}, such as a variance. */
    default Map<String, Double> parameters() {
        return Map.of();
    }

    /** What is wrong with a label of finite numbers for a network with this number of outputs, or null. */
    @Nullable String labelProblem(double[] label, int outputs);

    /** How many numbers a label of the usual form has, for a network with this number of outputs. */
    default int labelLength(int outputs) {
        return outputs;
    }

    /** Whether {@link #mean} is of probabilities. */
    default boolean hasProbabilities() {
        return false;
    }

    /** E[y | f], which loss, gradient and draws of one row share. */
    void mean(double[] f, double[] into);

    /** An f of one output at which {@link #mean} is the given number: the link function. */
    default double output(double mean) {
        return mean;
    }

    /** −log p(y | f), without constants; {@code mean} is that of f. */
    double loss(double[] f, double[] mean, double[] label);

    /** ∂loss/∂f at a label from the data; of f, the mean alone counts. */
    void gradient(double[] mean, double[] label, double[] into);

    /** ∂loss/∂f at a label drawn from p(y | f). */
    void drawGradient(double[] f, double[] mean, CounterRandom random, double[] into);

    /**
     * A square root of the output Fisher {@code Λ = E[∇log p ∇log pᵀ] = Σ_c r_c r_cᵀ}: overwrites {@code root[c]}, for c
     * below f.length, with r_c.
     */
    void fisherRoot(double[] f, double[][] root);

    /** {@code Λu}, the product of the output Fisher with a vector; {@code into} may be {@code u}. */
    void fisherTimes(double[] f, double[] mean, double[] u, double[] into);

    /** The figure of merit of predictions. */
    Score score();

    /** How classes follow from this number of outputs; empty where a row has no single class. */
    default Optional<ClassRule> classes(int outputs) {
        return Optional.empty();
    }
}
