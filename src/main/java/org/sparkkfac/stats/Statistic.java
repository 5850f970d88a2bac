package org.sparkkfac.stats;

import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.nn.Taps;

/**
 * A weighted sum over rows of some function of their taps, kept unnormalised and in double precision.
 *
 * <p>An instance is owned by whoever made it; {@link #add}, {@link #merge}, {@link #scale} and {@link #restore} change it, and so does who
 * writes to its {@link #parts}.
 */
public sealed interface Statistic permits LayerStatistic, NetworkStatistic {
    /**
     * Adds a batch.
     *
     * @param index of the layer that this statistic is for, if it is for one
     */
    void add(Taps taps, int index);

    /**
     * The matrices that hold the sum, shared: their number and shapes follow from the layers alone, and the parts of the
     * sum over all rows are the sums of the parts over some. What is not a part does not differ between those sums.
     */
    List<DoubleMatrix> parts();

    /**
     * Adds the sum of other rows.
     *
     * @throws ClassCastException if the other is a different statistic
     * @throws IllegalArgumentException if its shape differs
     */
    default void merge(Statistic other) {
        List<DoubleMatrix> own = parts();
        List<DoubleMatrix> others = getClass().cast(other).parts();
        if (own.size() != others.size()) {
            throw new IllegalArgumentException("shapes differ: " + own.size() + " and " + others.size() + " parts");
        }
        for (int k = 0; k < own.size(); k++) {
            own.get(k).add(1, others.get(k));
        }
    }

    /** Multiplies the sum by a factor, as if every row's weight had been so much larger. */
    default void scale(double factor) {
        parts().forEach(part -> part.scale(factor));
    }

    /** The sums by the names under which artefacts keep them, in a fixed order. */
    Map<String, Entries> sums();

    /** The traces of the matrices that the sums stand for, by name, in the order of {@link #sums}; for a glance. */
    Map<String, Double> traces();

    /**
     * Overwrites the sum with what {@link #sums} gave.
     *
     * @throws IllegalArgumentException if a sum is missing or its shape differs
     */
    void restore(Map<String, ? extends Entries> sums);

    /** Names of the row counts that stand beside the sums in an artefact, as kronfluence expects them. */
    default List<String> rowCounts() {
        return List.of();
    }
}
