package org.sparkkfac.spark.rows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.FileScanRDD;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which partitions of the input are read in which order, and by which task.
 *
 * <p>Partitions that are file splits are ordered by path and offset, since the order in which Spark lists and packs them
 * differs between file systems and masters; other partitions keep the order of their indices. Then they are cut into
 * contiguous groups of about equal bytes (or equal numbers, where sizes are not known).
 *
 * @param groups partition indices, a list a group, in the order in which they are folded
 * @param fileSplits whether the partitions are file splits in path order
 * @param rowsOfLast how many rows of the last partition are taken, if there is a limit on all
 */
public record InputPlan(List<List<Integer>> groups, boolean fileSplits, OptionalLong rowsOfLast) {
    /** Copies the lists. */
    public InputPlan {
        groups = groups.stream().map(List::copyOf).toList();
    }

    /** The last partition, if there is any. */
    OptionalInt last() {
        return groups.stream().flatMap(List::stream).mapToInt(i -> i).reduce((a, b) -> b);
    }

    /** Number of partitions in all groups. */
    public int splits() {
        return groups.stream().mapToInt(List::size).sum();
    }

    private record Split(int partition, String path, long start, long bytes) {}

    /** A plan of all rows. */
    public static InputPlan of(RDD<?> rows, int maxGroups) {
        Optional<FileScanRDD> scan = fileScan(rows);
        return new InputPlan(group(splits(rows, scan), maxGroups), scan.isPresent(), OptionalLong.empty());
    }

    /** A plan of the first rows, which are counted by Spark jobs; partitions that hold none of them are left out. */
    public static InputPlan ofFirst(long limit, JavaRDD<InternalRow> rows, int maxGroups) {
        Optional<FileScanRDD> scan = fileScan(rows.rdd());
        List<Split> splits = splits(rows.rdd(), scan);
        FirstRows first =
                FirstRows.find(rows, splits.stream().map(Split::partition).toList(), limit);
        return new InputPlan(
                group(splits.subList(0, first.partitions()), maxGroups),
                scan.isPresent(),
                OptionalLong.of(first.rowsOfLast()));
    }

    private static List<Split> splits(RDD<?> rows, Optional<FileScanRDD> scan) {
        List<Split> splits = new ArrayList<>();
        if (scan.isPresent()) {
            for (FilePartition partition :
                    CollectionConverters.asJava(scan.get().filePartitions())) {
                splits.add(split(partition));
            }
            splits.sort(Comparator.comparing(Split::path).thenComparingLong(Split::start));
        } else {
            for (int i = 0; i < rows.getNumPartitions(); i++) {
                splits.add(new Split(i, "", 0, 1));
            }
        }
        return splits;
    }

    private static Split split(FilePartition partition) {
        PartitionedFile[] files = partition.files();
        if (files.length == 0) {
            return new Split(partition.index(), "", 0, 1); // an empty bucket of a bucketed table
        }
        long bytes = 0;
        for (PartitionedFile file : files) {
            bytes += file.length();
        }
        return new Split(partition.index(), files[0].filePath().toString(), files[0].start(), Math.max(1, bytes));
    }

    /** The file scan under a chain of operators that keep partitions one to one, if there is one. */
    private static Optional<FileScanRDD> fileScan(RDD<?> rows) {
        RDD<?> current = rows;
        while (!(current instanceof FileScanRDD scan)) {
            Seq<Dependency<?>> dependencies = current.dependencies();
            if (dependencies.size() != 1 || !(dependencies.head() instanceof OneToOneDependency<?> parent)) {
                return Optional.empty();
            }
            current = parent.rdd();
        }
        return Optional.of(scan);
    }

    /** Split i goes to the group in which the middle of its bytes falls; groups that get none are dropped. */
    private static List<List<Integer>> group(List<Split> splits, int maxGroups) {
        int groups = Math.min(maxGroups, splits.size());
        double total = splits.stream().mapToLong(Split::bytes).sum();
        List<List<Integer>> grouped = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            grouped.add(new ArrayList<>());
        }
        double before = 0;
        for (Split split : splits) {
            int g = (int) (groups * ((before + 0.5 * split.bytes()) / total));
            grouped.get(Math.min(groups - 1, g)).add(split.partition());
            before += split.bytes();
        }
        grouped.removeIf(List::isEmpty);
        return grouped;
    }
}
