package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;

/**
 * One thing that is asked of some rows, as a weighted sum over them. A new use of the rows is one of these; no pass knows
 * which there are.
 *
 * <p>The law: {@link #empty} is an identity of {@link #merge}, and merging the sums of any split of the rows gives the sum
 * over all, to rounding. {@link #matrices} and {@link #writeCounts} are all of a sum: adding both up is a merge.
 *
 * @param <S> its sum: mutable, owned by whoever made it
 */
public interface Part<S> extends Serializable {
    /** Over which rows. */
    Rows rows();

    /** The sum over no rows. */
    S empty(Network network);

    /** Adds the rows at which the visit is. */
    void fold(BlockVisit visit, S sum);

    /** Adds the sum over other rows. */
    void merge(S sum, S other);

    /** The matrices that hold a sum, shared; their number and shapes follow from the network and this part. */
    default List<DoubleMatrix> matrices(S sum) {
        return List.of();
    }

    /** Writes what a sum holds beside its matrices. */
    void writeCounts(S sum, DataOutput out) throws IOException;

    /** Adds what {@link #writeCounts} wrote. */
    void addCounts(S sum, DataInput in) throws IOException;

    /** The first figure of a sum that is NaN or infinite, if there is one. */
    default Optional<String> firstNonFinite(S sum) {
        return Optional.empty();
    }

    /** Whether it takes the gradients at the labels. */
    default boolean isAtLabels() {
        return false;
    }

    /** The Fisher matrix whose gradients it takes, if it takes some. */
    default Optional<Fisher> fisher() {
        return Optional.empty();
    }

    /** What needs labels, such as {@code the empirical Fisher matrix needs}, if something does. */
    default Optional<String> needOfLabels() {
        return fisher().filter(Fisher::isAtLabels).map(fisher -> "the empirical Fisher matrix needs");
    }

    /** What a job for it does, in one word. */
    default String name() {
        return "evaluate";
    }

    /** Rows that go through the network for it, in this request. */
    default long rowsTouched(Request request) {
        return rows() instanceof RowSelection some ? some.rows() : 0;
    }

    /** Bytes of a sum. */
    default long stateBytes(Network network) {
        return 0;
    }

    /** Bytes that every task is sent for it, beside the network. */
    default long messageBytes(Network network) {
        return 0;
    }

    /** Bytes that whoever asks holds for it meanwhile. */
    default long heldBytes(Network network) {
        return messageBytes(network);
    }

    /** Bytes of work of a row, beside its values at the network's parameters and the gradients that go back. */
    default long bytesOfRow(Network network, Precision precision) {
        return 0;
    }

    /** Whether it takes the values of its rows at the network's own parameters. */
    default boolean isAtNetwork() {
        return true;
    }

    /**
     * Floating-point operations of its matrix products for each of its rows, {@code n(n+1)} for a symmetric product of one
     * column, {@code 2nm} for any other; without what it shares with other parts, the pass forward at the network's
     * parameters and the gradients that go back.
     */
    default double flopsOfRow(Network network) {
        return 0;
    }
}
