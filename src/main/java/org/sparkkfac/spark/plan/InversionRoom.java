package org.sparkkfac.spark.plan;

import java.util.List;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.InversionCost;
import org.sparkkfac.precondition.Method;

/**
 * Room of the driver for the inversion of a block, beside sums and inverses; a block that does not fit is inverted by a task.
 *
 * @param heap bytes of the Java heap
 * @param outside bytes beside it
 */
public record InversionRoom(long heap, long outside) {
    /** For any block. */
    public static final InversionRoom ENOUGH = new InversionRoom(Long.MAX_VALUE, Long.MAX_VALUE);

    /** The driver fetches little at a time, since it is short of room. */
    private static final long FETCH = 64 << 20;

    /** What is left where the driver's heap holds {@code held} bytes. Where tasks run in its process, they have no more. */
    public static InversionRoom of(MemoryLimits limits, long held) {
        return limits.local() ? ENOUGH : new InversionRoom(limits.driverHeap() - held, limits.driverOverhead());
    }

    /** Whether a block can be inverted in it. */
    public boolean holds(Method method, LayerShape block) {
        InversionCost cost = InversionCost.of(method, block);
        return cost.workingBytes() <= heap && cost.nativeBytes() <= outside;
    }

    /** Heap that the driver needs for a task: what it sends, and what it fetches at a time. */
    public static long driverBytes(Method method, LayerShape block, MemoryLimits limits) {
        long fetched =
                Math.min(fetchBytes(limits), InversionCost.of(method, block).bytes());
        return FisherBlocks.bytes(method.structure(), block) + 2 * fetched;
    }

    /** What the driver fetches of an inverse at a time. */
    public static long fetchBytes(MemoryLimits limits) {
        return Math.min(limits.fetchBytes(), FETCH);
    }

    /** Heap that a task needs: sums, the block with all its entries, the inverse; a vector that goes with the sums. */
    public static long taskBytes(Method method, LayerShape block) {
        InversionCost cost = InversionCost.of(method, block);
        return FisherBlocks.bytes(method.structure(), block)
                + cost.workingBytes()
                + cost.bytes()
                + LayerShape.bytes(List.of(block));
    }
}
