package org.sparkkfac.spark;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.zip.Checksum;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowSlices;
import org.sparkkfac.spark.aggregate.GroupFold;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.rows.BadRow;
import org.sparkkfac.spark.rows.BlockCensus;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.stats.RequestFold;

/**
 * Blocks of one group → the answer to a request. A request over all rows counts them too; one about some kept blocks does not
 * even decode the others.
 *
 * @param <T> the form in which the blocks come
 */
abstract class FoldRequest<T> implements GroupFold<T> {
    private static final long serialVersionUID = 1;

    private final Broadcast<byte[][]> message;
    private final Blas.Choice blas;
    private final @Nullable LongAccumulator rows;

    private FoldRequest(Broadcast<byte[][]> message, Blas.Choice blas, @Nullable LongAccumulator rows) {
        this.message = message;
        this.blas = blas;
        this.rows = rows;
    }

    abstract RowParcel parcel(T block);

    /** The rows of a block that had some when it was kept. */
    abstract RowSlices rows(T block, int number);

    /** Takes all that the rows are into a checksum, where they are bytes. */
    abstract void check(T block, Checksum sum);

    @Override
    public GroupResult fold(int task, Iterator<T> blocks) {
        Blas.choose(blas);
        TaskMessage asked = ObjectBytes.decode(message.value(), TaskMessage.class);
        RequestFold fold = new RequestFold(asked.network(), asked.request(), asked.precision());
        return asked.request().isOverAll()
                ? all(fold, asked.firstBlock(task), blocks)
                : some(asked.request().blocks(), fold, asked.firstBlock(task), blocks);
    }

    private GroupResult all(RequestFold fold, int firstBlock, Iterator<T> blocks) {
        BlockCensus.Group census = new BlockCensus.Group();
        for (int number = firstBlock; blocks.hasNext(); number++) {
            T kept = blocks.next();
            RowParcel parcel = parcel(kept);
            BadRow bad = parcel.bad();
            if (bad != null) {
                return GroupResult.of(List.of(), out -> {
                    out.writeBoolean(false);
                    bad.write(out);
                });
            }
            census.add(parcel);
            check(kept, census.order());
            RowBlock block = parcel.block();
            if (block != null) {
                if (rows != null) {
                    rows.add(block.rows());
                }
                fold.add(number, block);
            }
        }
        return GroupResult.of(fold.sums().matrices(), out -> {
            out.writeBoolean(true);
            census.write(out);
            fold.sums().writeCounts(out);
        });
    }

    private GroupResult some(Set<Integer> wanted, RequestFold fold, int firstBlock, Iterator<T> blocks) {
        for (int number = firstBlock; blocks.hasNext(); number++) {
            T kept = blocks.next();
            if (wanted.contains(number)) {
                fold.add(number, rows(kept, number));
            }
        }
        return GroupResult.of(fold.sums().matrices(), fold.sums()::writeCounts);
    }

    /** Blocks as they are read from the source. */
    static final class Streamed extends FoldRequest<RowParcel> {
        private static final long serialVersionUID = 1;

        Streamed(Broadcast<byte[][]> message, Blas.Choice blas, @Nullable LongAccumulator rows) {
            super(message, blas, rows);
        }

        @Override
        RowParcel parcel(RowParcel block) {
            return block;
        }

        @Override
        RowSlices rows(RowParcel block, int number) {
            throw new IllegalStateException("blocks have numbers only where they are kept");
        }

        @Override
        void check(RowParcel block, Checksum sum) {}
    }

    /** Blocks that are kept as bytes. */
    static final class Kept extends FoldRequest<byte[]> {
        private static final long serialVersionUID = 1;

        Kept(Broadcast<byte[][]> message, Blas.Choice blas, @Nullable LongAccumulator rows) {
            super(message, blas, rows);
        }

        @Override
        RowParcel parcel(byte[] block) {
            return RowParcel.ofBytes(block);
        }

        @Override
        RowSlices rows(byte[] block, int number) {
            return RowParcel.rows(block)
                    .orElseThrow(() -> new IllegalStateException("block " + number
                            + " had rows when it was kept and has none now; train on data that stay as they are"));
        }

        @Override
        void check(byte[] block, Checksum sum) {
            RowParcel.check(block, sum);
        }
    }
}
