package org.sparkkfac.spark.aggregate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import scala.Tuple2;

/**
 * The states are cut in tiles, which are shuffled, sorted by tile and group, and added up one tile at a time; the driver
 * then fetches the sums a few partitions at a time. A task holds one state, nobody holds two, and no record, task result
 * or set of results grows with the state.
 *
 * <p>Record (tile, group) has the key {@code tile·2³² + group}. Tile 0 is the {@linkplain GroupResult#head head} of each
 * group, tiles from 1 on are those of {@link Tiles}.
 */
public final class ShuffleAggregation implements Aggregation {
    /** Partitions of the shuffle at most; below 200 a task writes them without sorting. */
    private static final int MAX_PARTITIONS = 192;

    private final Tiles tiles;
    private final int partitions;
    private final long fetchBytes;

    /**
     * A shuffle of states that are cut in these tiles.
     *
     * @param fetchBytes about how much the driver fetches by one job
     */
    public ShuffleAggregation(Tiles tiles, long fetchBytes) {
        this.tiles = tiles;
        this.fetchBytes = fetchBytes;
        long perPartition = Math.max(1, Math.min(fetchBytes / 4, 64L << 20));
        this.partitions = Math.toIntExact(
                Math.max(1, Math.min(Math.min(MAX_PARTITIONS, tiles.count()), tiles.bytes() / perPartition)));
    }

    @Override
    public int tasks(int groups) {
        return groups + partitions;
    }

    @Override
    public <T> void run(JavaRDD<T> groups, GroupFold<T> fold, Totals totals) {
        Tiles cut = tiles;
        JavaPairRDD<Long, byte[]> records = groups.mapPartitionsWithIndex(
                        (group, blocks) -> new Records(group, fold.fold(group, blocks), cut), true)
                .mapToPair(record -> record);
        JavaPairRDD<Long, byte[]> sorted =
                records.repartitionAndSortWithinPartitions(new ByTile(partitions, tiles.count() + 1));
        // Java's own serialisation remembers the last hundred records of every partition, which is a whole state.
        ((ShuffledRDD<?, ?, ?>) sorted.rdd())
                .setSerializer(new KryoSerializer(groups.context().getConf()));
        JavaRDD<Tuple2<Long, byte[]>> sums = sorted.mapPartitions(Sums::new);
        List<DoubleMatrix> parts = totals.parts();
        int step = (int) Math.max(1, Math.min(partitions, fetchBytes * partitions / Math.max(1, tiles.bytes())));
        for (int first = 0; first < partitions; first += step) {
            int[] some =
                    IntStream.range(first, Math.min(partitions, first + step)).toArray();
            for (List<Tuple2<Long, byte[]>> fetched : sums.collectPartitions(some)) {
                fetched.forEach(record -> add(record, totals, parts));
            }
        }
    }

    private void add(Tuple2<Long, byte[]> record, Totals totals, List<DoubleMatrix> parts) {
        int tile = tile(record._1());
        if (tile == 0) {
            totals.addHead(record._2());
            return;
        }
        totals.receive(tiles.view(tile - 1, parts), buffer(record._2()));
    }

    private static long key(int tile, int group) {
        return (long) tile << 32 | group;
    }

    private static int tile(long key) {
        return (int) (key >> 32);
    }

    private static byte[] bytes(DoubleMatrix matrix) {
        byte[] bytes = new byte[Math.toIntExact(matrix.byteSize())];
        matrix.writeTo(buffer(bytes));
        return bytes;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The head and the tiles of one group, one after the other. */
    private static final class Records implements Iterator<Tuple2<Long, byte[]>> {
        private final int group;
        private final GroupResult result;
        private final List<DoubleMatrix> parts;
        private final Tiles tiles;
        private int next;

        Records(int group, GroupResult result, Tiles tiles) {
            this.group = group;
            this.result = result;
            this.parts = result.parts();
            this.tiles = tiles;
        }

        @Override
        public boolean hasNext() {
            return next == 0 || (!parts.isEmpty() && next <= tiles.count());
        }

        @Override
        public Tuple2<Long, byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int tile = next++;
            return new Tuple2<>(key(tile, group), tile == 0 ? result.head() : bytes(tiles.view(tile - 1, parts)));
        }
    }

    /** Contiguous runs of tiles to each partition. */
    private static final class ByTile extends Partitioner {
        private static final long serialVersionUID = 1;

        private final int partitions;
        private final int tiles;

        ByTile(int partitions, int tiles) {
            this.partitions = partitions;
            this.tiles = tiles;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object key) {
            return (int) ((long) tile((Long) key) * partitions / tiles);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ByTile that && that.partitions == partitions && that.tiles == tiles;
        }

        @Override
        public int hashCode() {
            return 31 * partitions + tiles;
        }
    }

    /** Records sorted by tile and group → heads as they are, and one sum a tile. */
    private static final class Sums implements Iterator<Tuple2<Long, byte[]>> {
        private final Iterator<Tuple2<Long, byte[]>> records;
        private @Nullable Tuple2<Long, byte[]> unread;

        Sums(Iterator<Tuple2<Long, byte[]>> records) {
            this.records = records;
        }

        @Override
        public boolean hasNext() {
            return unread != null || records.hasNext();
        }

        @Override
        public Tuple2<Long, byte[]> next() {
            Tuple2<Long, byte[]> first = unread != null ? unread : records.next();
            unread = null;
            int tile = tile(first._1());
            if (tile == 0) {
                return first;
            }
            DoubleMatrix sum = DoubleMatrix.zeros(first._2().length / Double.BYTES, 1);
            sum.readFrom(buffer(first._2()));
            while (records.hasNext()) {
                Tuple2<Long, byte[]> record = records.next();
                if (tile(record._1()) != tile) {
                    unread = record;
                    break;
                }
                sum.addFrom(buffer(record._2()));
            }
            return new Tuple2<>(first._1(), bytes(sum));
        }
    }
}
