package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.nn.Taps;

/**
 * A weighted sum over rows of some function of their taps, kept unnormalised and in double precision.
 *
 * <p>An instance is owned by whoever made it; {@link #add}, {@link #merge}, {@link #scale}, {@link #read} and {@link #restore} change
 * it.
 */
public sealed interface Statistic permits LayerStatistic, NetworkStatistic {
    /**
     * Adds a batch.
     *
     * @param index of the layer that this statistic is for, if it is for one
     */
    void add(Taps taps, int index);

    /**
     * Adds the sum of other rows.
     *
     * @throws ClassCastException if the other is a different statistic
     * @throws IllegalArgumentException if its shape differs
     */
    void merge(Statistic other);

    /** Multiplies the sum by a factor, as if every row's weight had been so much larger. */
    void scale(double factor);

    /** Writes the sum; the shape is not written. */
    void write(DataOutput out) throws IOException;

    /** Overwrites the sum with what {@link #write} wrote of one of the same shape. */
    void read(DataInput in) throws IOException;

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
