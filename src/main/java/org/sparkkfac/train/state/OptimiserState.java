package org.sparkkfac.train.state;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.StatisticsState;

/**
 * What an optimiser carries from one step to the next, in a form that anything can write: vectors and numbers by name,
 * averaged statistics, and the inverse that it uses until the next inversion.
 *
 * @param vectors such as {@code momentum}; shared, not copied
 * @param numbers such as {@code lambda}
 * @param statistics running averages, of total weight 1
 * @param preconditioner the inverse in use
 */
public record OptimiserState(
        Map<String, ParameterVector> vectors,
        Map<String, Double> numbers,
        Optional<StatisticsState> statistics,
        Optional<Preconditioner> preconditioner) {
    /** Steps in which a covariance perturbation had to do without its downdate. */
    public static final String INDEFINITE = "indefinite_downdates";

    /** That of an optimiser before its first step. */
    public static final OptimiserState EMPTY = new OptimiserState(Map.of(), Map.of());

    /** Copies the maps. */
    public OptimiserState {
        vectors = Map.copyOf(vectors);
        numbers = Map.copyOf(numbers);
    }

    public OptimiserState(Map<String, ParameterVector> vectors, Map<String, Double> numbers) {
        this(vectors, numbers, Optional.empty(), Optional.empty());
    }

    /** The vectors by name, in the order of the names. */
    public Map<String, ParameterVector> sortedVectors() {
        return new TreeMap<>(vectors);
    }

    /** The numbers by name, in the order of the names. */
    public Map<String, Double> sortedNumbers() {
        return new TreeMap<>(numbers);
    }

    /** In how many steps a covariance perturbation had to do without its downdate. */
    public long indefiniteDowndates() {
        return (long) number(INDEFINITE, 0);
    }

    public double number(String name, double otherwise) {
        return numbers.getOrDefault(name, otherwise);
    }

    /** With the vectors and numbers of a wrapped optimiser, whose names get a prefix, and its statistics and inverse. */
    public OptimiserState around(String prefix, OptimiserState inner) {
        Map<String, ParameterVector> allVectors = new HashMap<>(vectors);
        Map<String, Double> allNumbers = new HashMap<>(numbers);
        inner.vectors.forEach((name, vector) -> allVectors.put(prefix + name, vector));
        inner.numbers.forEach((name, number) -> allNumbers.put(prefix + name, number));
        return new OptimiserState(allVectors, allNumbers, inner.statistics, inner.preconditioner);
    }

    /** What {@link #around} put under a prefix. */
    public OptimiserState inner(String prefix) {
        Map<String, ParameterVector> innerVectors = new HashMap<>();
        Map<String, Double> innerNumbers = new HashMap<>();
        vectors.forEach((name, vector) -> {
            if (name.startsWith(prefix)) {
                innerVectors.put(name.substring(prefix.length()), vector);
            }
        });
        numbers.forEach((name, number) -> {
            if (name.startsWith(prefix)) {
                innerNumbers.put(name.substring(prefix.length()), number);
            }
        });
        return new OptimiserState(innerVectors, innerNumbers, statistics, preconditioner);
    }
}
