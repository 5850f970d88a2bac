package org.sparkkfac.spark.rows;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * How much of an ordered input holds its first n rows: a number of partitions, and a number of rows of the last of them.
 *
 * <p>Partitions are counted from the first on, one, then four times as many in each further job, until there are enough; so
 * a small limit on a large lake opens few files. {@code Dataset.limit} does not serve: which rows it takes depends on the
 * order in which tasks end.
 *
 * @param partitions partitions that are needed
 * @param rowsOfLast rows of the last of them that are among the first n
 */
record FirstRows(int partitions, long rowsOfLast) {
    private static final int GROWTH = 4;

    /**
     * Counts, by as many jobs as it takes.
     *
     * @param order indices of the partitions in the order of the rows
     */
    static FirstRows find(JavaRDD<InternalRow> rows, List<Integer> order, long limit) {
        long missing = limit;
        long ofLast = 0;
        int counted = 0;
        for (int next = 1; counted < order.size(); next *= GROWTH) {
            List<Integer> round = order.subList(counted, Math.min(order.size(), counted + next));
            for (long count : counts(rows, round, missing)) {
                counted++;
                ofLast = Math.min(count, missing);
                missing -= ofLast;
                if (missing == 0) {
                    return new FirstRows(counted, ofLast);
                }
            }
        }
        return new FirstRows(counted, ofLast);
    }

    private static long[] counts(JavaRDD<InternalRow> rows, List<Integer> partitions, long enough) {
        List<Long>[] counts = rows.mapPartitions((Iterator<InternalRow> partition) ->
                        List.of(count(enough, partition)).iterator())
                .collectPartitions(partitions.stream().mapToInt(i -> i).toArray());
        long[] result = new long[counts.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = counts[i].get(0);
        }
        return result;
    }

    /** Rows of the partition, or {@code enough} if there are more. A row that cannot be read counts, and is the last. */
    private static long count(long enough, Iterator<InternalRow> partition) {
        long count = 0;
        try {
            while (count < enough && partition.hasNext()) {
                partition.next();
                count++;
            }
            return count;
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            if (SourceFailures.problem(e).isEmpty()) {
                throw SourceFailures.rethrown(e);
            }
            return count + 1; // the pass over the rows will come to it and say where it is
        }
    }
}
