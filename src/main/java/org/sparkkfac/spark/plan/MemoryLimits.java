package org.sparkkfac.spark.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The memory that a job may use, as Spark's settings say it.
 *
 * @param resultBytes {@code spark.driver.maxResultSize}; 0 for no limit
 * @param driverHeap bytes
 * @param executorHeap bytes of one executor; that of the driver where tasks run in its process
 * @param tasksAtOnce in one executor
 * @param local whether tasks run in the driver's process
 * @param driverOverhead bytes of the driver beside its heap, where its container has a limit
 * @param executorOverhead those of an executor
 */
public record MemoryLimits(
        long resultBytes,
        long driverHeap,
        long executorHeap,
        int tasksAtOnce,
        boolean local,
        long driverOverhead,
        long executorOverhead) {
    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

    private static final Pattern LOCAL = Pattern.compile("local\\[\\s*(\\d+|\\*)\\s*(?:,\\s*\\d+\\s*)?]");

    /** What YARN and Kubernetes start unless they are told. */
    private static final int DEFAULT_EXECUTORS = 2;

    /** Spark's defaults: what it leaves to itself, and its share of the rest. */
    private static final long RESERVED = 300L << 20;

    private static final double MEMORY_FRACTION = 0.6;

    /** Spark's default, at least, for what a process needs beside its heap; and what Java takes of it. */
    private static final long LEAST_OVERHEAD = 384L << 20;

    private static final long JAVA = 256L << 20;

    /** What the driver fetches of shuffled sums at a time, at most. */
    private static final long FETCH = 256L << 20;

    /** Limits where no container counts what is beside the heap. */
    public MemoryLimits(long resultBytes, long driverHeap, long executorHeap, int tasksAtOnce, boolean local) {
        this(resultBytes, driverHeap, executorHeap, tasksAtOnce, local, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** What the driver fetches of shuffled sums at a time. */
    long fetchBytes() {
        long allowed = resultBytes > 0 ? resultBytes / 2 : FETCH;
        return Math.min(FETCH, Math.min(allowed, driverHeap / 8));
    }

    /** How many tasks run at once in all, as far as the settings of a job that has not started say. */
    public static int tasksAtOnce(SparkConf conf) {
        String master = conf.get("spark.master", "local[*]");
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            return local.group(1).equals("*")
                    ? Runtime.getRuntime().availableProcessors()
                    : Integer.parseInt(local.group(1));
        }
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            return Integer.parseInt(cluster.group(1)) * tasks(conf, Integer.parseInt(cluster.group(2)));
        }
        if (master.equals("local")) {
            return 1;
        }
        int executors = conf.getInt("spark.executor.instances", DEFAULT_EXECUTORS);
        return executors * tasks(conf, conf.getInt("spark.executor.cores", 1));
    }

    private static int tasks(SparkConf conf, int cores) {
        return Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
    }

    /** Number of executors. */
    public int executors(SparkConf conf) {
        return local ? 1 : Math.max(1, tasksAtOnce(conf) / tasksAtOnce);
    }

    /** What Spark allows rows that are kept to take of an executor's heap. */
    public long storageBytes(SparkConf conf) {
        double fraction = conf.getDouble("spark.memory.fraction", MEMORY_FRACTION);
        return (long) (fraction * Math.max(0, executorHeap - RESERVED));
    }

    /**
     * The limits of a job.
     *
     * @param conf with the master
     * @param parallelism tasks that run at once in all
     */
    public static MemoryLimits of(SparkConf conf, int parallelism) {
        String master = conf.get("spark.master", "local[*]");
        long resultBytes = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
        long driverHeap = Runtime.getRuntime().maxMemory();
        if (master.equals("local") || master.startsWith("local[")) {
            return new MemoryLimits(resultBytes, driverHeap, driverHeap, parallelism, true);
        }
        long executorHeap = conf.getSizeAsBytes("spark.executor.memory", "1g");
        int cores = conf.getInt("spark.executor.cores", 1);
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            cores = Integer.parseInt(cluster.group(2));
            executorHeap = Math.min(executorHeap, Long.parseLong(cluster.group(3)) << 20);
        }
        boolean contained = master.startsWith("yarn") || master.startsWith("k8s:");
        boolean containedDriver =
                contained && conf.get("spark.submit.deployMode", "client").equals("cluster");
        return new MemoryLimits(
                resultBytes,
                driverHeap,
                executorHeap,
                tasks(conf, cores),
                false,
                containedDriver ? overhead(conf, "driver", driverHeap) : Long.MAX_VALUE,
                contained ? overhead(conf, "executor", executorHeap) : Long.MAX_VALUE);
    }

    /** What a container gives a process beside its heap, less what Java itself takes of that. */
    private static long overhead(SparkConf conf, String process, long heap) {
        double factor = conf.getDouble("spark." + process + ".memoryOverheadFactor", 0.1);
        long byDefault = Math.max(LEAST_OVERHEAD, (long) (factor * heap));
        String set = "spark." + process + ".memoryOverhead";
        long overhead = conf.contains(set) ? conf.getSizeAsMb(set) << 20 : byDefault;
        return Math.max(0, overhead - JAVA);
    }
}
