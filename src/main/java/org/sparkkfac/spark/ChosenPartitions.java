package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.BitSet;
import scala.runtime.AbstractFunction1;

/** Whether a partition is one of those that are wanted; a class and no lambda, whose byte code Spark would read. */
final class ChosenPartitions extends AbstractFunction1<Object, Object> implements Serializable {
    private static final long serialVersionUID = 1;

    private final BitSet chosen = new BitSet();

    ChosenPartitions(int[] partitions) {
        for (int partition : partitions) {
            chosen.set(partition);
        }
    }

    @Override
    public Object apply(Object partition) {
        return chosen.get((Integer) partition);
    }
}
