package org.sparkkfac.spark.rows;

import java.io.Serializable;
import org.apache.spark.Partition;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;
import scala.collection.Seq;

/** Makes one task of each group of an {@link InputPlan}, which reads the group's partitions in their order. */
public final class GroupCoalescer implements PartitionCoalescer, Serializable {
    private static final long serialVersionUID = 1;

    private final int[][] groups;

    public GroupCoalescer(InputPlan plan) {
        groups = plan.groups().stream()
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    @Override
    public PartitionGroup[] coalesce(int maxPartitions, RDD<?> parent) {
        Partition[] partitions = parent.partitions();
        PartitionGroup[] result = new PartitionGroup[groups.length];
        for (int g = 0; g < groups.length; g++) {
            Seq<String> hosts = parent.preferredLocations(partitions[groups[g][0]]);
            result[g] = new PartitionGroup(hosts.isEmpty() ? Option.empty() : Option.apply(hosts.head()));
            for (int index : groups[g]) {
                result[g].partitions().addOne(partitions[index]);
            }
        }
        return result;
    }
}
