package org.sparkkfac.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** What Spark's settings say of the memory of driver and executors, and of how many tasks share it. */
public final class ExecutorRoom {
    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

    private ExecutorRoom() {}

    /**
     * The limits of a job.
     *
     * @param conf with the master
     * @param parallelism tasks that run at once in all
     */
    public static PassCost.Limits of(SparkConf conf, int parallelism) {
        String master = conf.get("spark.master", "local[*]");
        long resultBytes = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
        long driverHeap = Runtime.getRuntime().maxMemory();
        if (master.equals("local") || master.startsWith("local[")) {
            return new PassCost.Limits(resultBytes, driverHeap, driverHeap, parallelism, true);
        }
        long executorHeap = conf.getSizeAsBytes("spark.executor.memory", "1g");
        int cores = conf.getInt("spark.executor.cores", 1);
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            cores = Integer.parseInt(cluster.group(1));
            executorHeap = Math.min(executorHeap, Long.parseLong(cluster.group(2)) << 20);
        }
        int tasks = Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
        return new PassCost.Limits(resultBytes, driverHeap, executorHeap, tasks, false);
    }
}
