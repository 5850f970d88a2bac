package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.Quantities;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.precondition.InversionCost;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.aggregate.Aggregation;
import org.sparkkfac.spark.aggregate.ShuffleAggregation;
import org.sparkkfac.spark.aggregate.Tiles;
import org.sparkkfac.spark.plan.InversionRoom;
import org.sparkkfac.spark.plan.MemoryLimits;
import org.sparkkfac.spark.plan.PassCost;
import org.sparkkfac.spark.rows.SourceFailures;
import scala.Tuple2;

/**
 * Inverts the blocks for which the driver has no room by tasks of Spark, a job with one such task each; the others by the
 * driver. The driver sends a block's packed sums in pieces, tiny tasks pass them on by a shuffle, and the task that
 * inverts reads them one by one; its inverse comes back by a shuffle of {@link Tiles}. So the driver holds the sums twice,
 * and the inverse, but never the block with all its entries, nor LAPACK's copies outside the heap.
 */
public final class InversionTasks implements Inversion {
    private final JavaSparkContext context;
    private final Blas.Choice blas;
    private final InversionRoom room;
    private final long fetchBytes;

    private InversionTasks(JavaSparkContext context, Blas.Choice blas, InversionRoom room) {
        this.context = context;
        this.blas = blas;
        this.room = room;
        this.fetchBytes = InversionRoom.fetchBytes(MemoryLimits.of(context.getConf(), 1));
    }

    /**
     * Inversion by tasks of what has no room.
     *
     * @param blas that the tasks use
     */
    public static InversionTasks beyond(InversionRoom room, SparkSession session, Blas.Choice blas) {
        return new InversionTasks(JavaSparkContext.fromSparkContext(session.sparkContext()), blas, room);
    }

    /**
     * Inversion by tasks where the driver, which holds the sums, lacks the room; where tasks run in its process none do.
     *
     * @throws UserException if it lacks the room even for that
     */
    public static InversionTasks of(FisherBlocks blocks, Method method, SparkSession session, Blas.Choice blas) {
        MemoryLimits limits = MemoryLimits.of(session.sparkContext().getConf(), 1);
        long held = PassCost.BASE;
        for (LayerShape block : blocks.shapes()) {
            held += FisherBlocks.bytes(method.structure(), block)
                    + InversionCost.of(method, block).bytes();
        }
        InversionRoom room = InversionRoom.of(limits, held);
        for (LayerShape block : blocks.shapes()) {
            long needed = held + InversionRoom.driverBytes(method, block, limits);
            if (!room.holds(method, block) && needed > limits.driverHeap()) {
                throw new UserException(
                        "the driver must hold " + Quantities.size(needed) + " while a task inverts layer "
                                + block.name() + ", but its heap is " + Quantities.size(limits.driverHeap())
                                + "; give the driver more memory");
            }
        }
        return beyond(room, session, blas);
    }

    @Override
    public Preconditioner invert(FisherBlocks blocks, Method method, DampingRule damping, int threads) {
        List<LayerShape> shapes = blocks.shapes();
        if (shapes.stream().allMatch(block -> room.holds(method, block))) {
            return HERE.invert(blocks, method, damping, threads);
        }
        damping.check(shapes);
        List<LayerInverse> inverses = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            int index = i;
            inverses.add(
                    room.holds(method, shapes.get(i))
                            ? Blas.current()
                                    .withThreads(threads, () -> Preconditioner.invert(blocks, index, method, damping))
                            : byTask(blocks, index, method, damping));
        }
        return new Preconditioner(method, blocks.layers(), inverses);
    }

    private LayerInverse byTask(FisherBlocks blocks, int index, Method method, DampingRule damping) {
        LayerShape block = blocks.shapes().get(index);
        InverseTotals totals = new InverseTotals(method, block);
        InvertBlock fold = new InvertBlock(
                method, damping.of(block), blas, context.getConf().getInt("spark.task.cpus", 1));
        Aggregation aggregation = new ShuffleAggregation(Tiles.of(totals.parts()), fetchBytes);
        JobScope scope = new JobScope(context, "the inverse of layer " + block.name() + ", " + block.describe());
        try {
            return scope.during(() -> {
                aggregation.run(gathered(InvertBlock.pieces(blocks, index)), fold, totals);
                return totals.inverse();
            });
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        }
    }

    /** The pieces in one partition, in order. */
    private JavaRDD<byte[]> gathered(byte[][] pieces) {
        List<Tuple2<Integer, byte[]>> numbered = new ArrayList<>();
        for (int i = 0; i < pieces.length; i++) {
            numbered.add(new Tuple2<>(i, pieces[i]));
        }
        JavaPairRDD<Integer, byte[]> sorted = context.parallelizePairs(numbered, pieces.length)
                .repartitionAndSortWithinPartitions(new HashPartitioner(1));
        // Java's own serialisation remembers records, which are all pieces.
        ((ShuffledRDD<?, ?, ?>) sorted.rdd()).setSerializer(new KryoSerializer(context.getConf()));
        return sorted.values();
    }
}
