package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.nn.Network;

/**
 * The answer to a {@link Request}: the sums of its parts, in their order.
 *
 * <p>Mutable and owned by whoever made it. Empty is an identity, merging any split gives the whole to rounding, and merging
 * the same sums in the same order gives the same bits.
 */
public final class Sums {
    private final List<Entry<?>> entries = new ArrayList<>();

    /** A part and its sum. */
    private record Entry<S>(Part<S> part, S sum) {
        static <S> Entry<S> empty(Part<S> part, Network network) {
            return new Entry<>(part, part.empty(network));
        }

        void fold(BlockVisit visit) {
            part.fold(visit, sum);
        }

        @SuppressWarnings("unchecked") // sums of the same part have the same type
        void merge(Entry<?> other) {
            part.merge(sum, (S) other.sum);
        }

        List<DoubleMatrix> matrices() {
            return part.matrices(sum);
        }

        Optional<String> firstNonFinite() {
            return part.firstNonFinite(sum);
        }

        void write(DataOutput out) throws IOException {
            part.writeCounts(sum, out);
        }

        void add(DataInput in) throws IOException {
            part.addCounts(sum, in);
        }
    }

    /** The empty answer. */
    public Sums(Network network, Request request) {
        request.parts().forEach(part -> entries.add(Entry.empty(part, network)));
    }

    /** Adds the rows at which the visit is to the sum of a part. */
    void fold(int part, BlockVisit visit) {
        entries.get(part).fold(visit);
    }

    /** Adds the answer of other rows to the same request. */
    public void merge(Sums other) {
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).merge(other.entries.get(i));
        }
    }

    /** The sum of the first part of a type; shared. */
    public <S> S of(Class<? extends Part<S>> type) {
        return all(type).stream()
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(type.getSimpleName() + " was not asked for"));
    }

    /** The sums of all parts of a type, in order; shared. */
    @SuppressWarnings("unchecked") // the type of a part says the type of its sum
    public <S> List<S> all(Class<? extends Part<S>> type) {
        return entries.stream()
                .filter(entry -> type.isInstance(entry.part()))
                .map(entry -> (S) entry.sum())
                .toList();
    }

    /**
     * The matrices that hold the sums, shared. Together with {@link #writeCounts} they are the answer, and adding them up in
     * the order of the merges is {@link #merge}.
     */
    public List<DoubleMatrix> matrices() {
        return entries.stream().flatMap(entry -> entry.matrices().stream()).toList();
    }

    /** The first figure that is NaN or infinite, if there is one. */
    public Optional<String> firstNonFinite() {
        return entries.stream()
                .flatMap(entry -> entry.firstNonFinite().stream())
                .findFirst();
    }

    /** Writes what is no matrix. */
    public void writeCounts(DataOutput out) throws IOException {
        for (Entry<?> entry : entries) {
            entry.write(out);
        }
    }

    /** Adds what {@link #writeCounts} wrote of an answer to the same request. */
    public void addCounts(DataInput in) throws IOException {
        for (Entry<?> entry : entries) {
            entry.add(in);
        }
    }

    /** Writes the sums: their counts, then their matrices column by column. */
    public void write(DataOutput out) throws IOException {
        writeCounts(out);
        for (DoubleMatrix matrix : matrices()) {
            DoubleBytes.write(out, matrix);
        }
    }
}
