package org.sparkkfac.spark.aggregate;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;

/**
 * The states are the results of one job; the driver holds all of them at once.
 *
 * <p>The function is a class of its own and not a lambda: of a lambda, and of what {@code collect} wraps around it, Spark
 * reads and parses the byte code before every job, some milliseconds that a training pays at each step.
 */
public final class ResultAggregation implements Aggregation {
    @Override
    public <T> void run(JavaRDD<T> groups, GroupFold<T> fold, Totals totals) {
        byte[][] states = (byte[][])
                groups.context().runJob(groups.rdd(), new FoldOne<>(fold), ClassTag.<byte[]>apply(byte[].class));
        for (byte[] state : states) {
            totals.add(state);
        }
    }

    @Override
    public int tasks(int groups) {
        return groups;
    }

    /** What a task does with its partition, which is a group. */
    private static final class FoldOne<T> extends AbstractFunction2<TaskContext, Iterator<T>, byte[]>
            implements Serializable {
        private static final long serialVersionUID = 1;

        private final GroupFold<T> fold;

        FoldOne(GroupFold<T> fold) {
            this.fold = fold;
        }

        @Override
        public byte[] apply(TaskContext task, Iterator<T> blocks) {
            return fold.fold(task.partitionId(), CollectionConverters.asJava(blocks))
                    .toBytes();
        }
    }
}
