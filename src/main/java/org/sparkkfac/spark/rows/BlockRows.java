package org.sparkkfac.spark.rows;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.stats.SkippedRows;

/** Packs the checked rows of one group into blocks, in their order; the next block is built in the memory of the last. */
public final class BlockRows implements FlatMapFunction<Iterator<Example>, RowParcel> {
    private static final long serialVersionUID = 1;

    private final Precision precision;
    private final int inputs;
    private final int blockRows;
    private final boolean skipBadRows;

    public BlockRows(Precision precision, int inputs, int blockRows, boolean skipBadRows) {
        this.precision = precision;
        this.inputs = inputs;
        this.blockRows = blockRows;
        this.skipBadRows = skipBadRows;
    }

    @Override
    public Iterator<RowParcel> call(Iterator<Example> examples) {
        return new Parcels(examples);
    }

    private final class Parcels implements Iterator<RowParcel> {
        private final Iterator<Example> examples;
        private final RowBlockBuilder builder = RowBlockBuilder.reusing(precision, inputs, blockRows);
        private @Nullable Example unread;
        private boolean ended;

        Parcels(Iterator<Example> examples) {
            this.examples = examples;
        }

        @Override
        public boolean hasNext() {
            return !ended && (unread != null || examples.hasNext());
        }

        @Override
        public RowParcel next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            SkippedRows skipped = new SkippedRows();
            long hashSum = 0;
            long drawSum = 0;
            int labelLength = -1;
            while (unread != null || examples.hasNext()) {
                Example example = unread != null ? unread : examples.next();
                unread = null;
                if (example.bad != null) {
                    if (!skipBadRows || example.bad.isLast()) {
                        ended = true;
                        return RowParcel.of(example.bad);
                    }
                    skipped.add(example.bad.sample(), example.bad.file());
                    continue;
                }
                int length = example.label == null ? 0 : example.label.length;
                if (!builder.isEmpty() && length != labelLength) {
                    // Class indices after probabilities, or the reverse: each is a valid label, but not of one matrix.
                    unread = example;
                    break;
                }
                labelLength = length;
                hashSum += example.hash;
                drawSum += RowHash.ofDraws(example.hash, example.id);
                if (builder.add(example.features, example.label, example.weight, example.id)) {
                    break;
                }
            }
            return new RowParcel(builder.isEmpty() ? null : builder.build(), hashSum, drawSum, skipped, null);
        }
    }
}
