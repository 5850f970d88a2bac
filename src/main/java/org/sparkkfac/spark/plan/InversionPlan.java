package org.sparkkfac.spark.plan;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.InversionCost;
import org.sparkkfac.precondition.Method;

/**
 * Where blocks are inverted, by the driver or by tasks, and what that takes.
 *
 * @param room of the driver
 * @param tasks names of the blocks that are inverted by tasks
 * @param driver heap that the driver needs for the block that needs the most, and what LAPACK takes beside it
 * @param task what the largest of the tasks needs, if there are some
 */
public record InversionPlan(InversionRoom room, List<String> tasks, Bytes driver, Bytes task) {
    /** Nothing is inverted. */
    static final InversionPlan NONE = new InversionPlan(InversionRoom.ENOUGH, List.of(), Bytes.NONE, Bytes.NONE);

    /**
     * Memory of one process.
     *
     * @param heap of Java
     * @param outside of LAPACK
     */
    public record Bytes(long heap, long outside) {
        private static final Bytes NONE = new Bytes(0, 0);

        private Bytes orMore(long moreHeap, long moreOutside) {
            return new Bytes(Math.max(heap, moreHeap), Math.max(outside, moreOutside));
        }
    }

    /**
     * The plan for some blocks.
     *
     * @param held heap that the driver holds meanwhile, sums and inverses with it
     */
    static InversionPlan of(Method method, List<LayerShape> blocks, long held, MemoryLimits limits) {
        InversionRoom room = InversionRoom.of(limits, held);
        List<String> tasks = new ArrayList<>();
        Bytes driver = Bytes.NONE;
        Bytes task = Bytes.NONE;
        for (LayerShape block : blocks) {
            InversionCost cost = InversionCost.of(method, block);
            if (room.holds(method, block)) {
                driver = driver.orMore(cost.workingBytes(), cost.nativeBytes());
            } else {
                tasks.add(block.name());
                driver = driver.orMore(InversionRoom.driverBytes(method, block, limits), 0);
                task = task.orMore(InversionRoom.taskBytes(method, block), cost.nativeBytes());
            }
        }
        return new InversionPlan(room, List.copyOf(tasks), driver, task);
    }
}
