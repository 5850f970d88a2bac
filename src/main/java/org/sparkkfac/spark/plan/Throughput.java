package org.sparkkfac.spark.plan;

/**
 * How fast things go: one figure that is measured where the plan is made, the speed of gemm, and others that are taken from
 * runs on machines like those of two to eight cores.
 *
 * @param gflops 10⁹ operations a second of a matrix product on one thread
 * @param threads tasks that run at once
 */
public record Throughput(double gflops, int threads) {
    /** Of the speed of gemm: what whole passes reach in the benchmark {@code statistics}, from Parquet. */
    public static final double SHARE = 0.6;

    /** Of a training step, whose products are of a few hundred rows. */
    public static final double STEP_SHARE = 0.4;

    /** Of LAPACK's inversions and decompositions on one thread. */
    public static final double LAPACK_SHARE = 0.5;

    /** Until a Spark session is there, seconds. */
    public static final double START = 3;

    /** What the first job takes that no later one does: planning, loading and compiling of classes; seconds. */
    public static final double FIRST_JOB = 2;

    /** What the first steps of a training take until their classes are compiled, seconds. */
    public static final double FIRST_STEPS = 1.5;

    /** What every other job takes beside its work, seconds. */
    public static final double JOB = 0.03;

    /** Numbers of features and labels that a task reads and checks in a second. */
    public static final double NUMBERS = 15e6;

    /** Bytes of states and messages that are written, sent, read and added in a second. */
    public static final double BYTES = 0.4e9;

    /** Seconds of so many operations, spread over so many tasks. */
    double products(double flop, double share, int tasks) {
        return flop / (share * 1e9 * gflops * Math.max(1, Math.min(threads, tasks)));
    }

    /** Seconds of so many operations of LAPACK on the driver. */
    double lapack(double flop) {
        return flop / (LAPACK_SHARE * 1e9 * gflops);
    }

    /** Seconds until so many rows have been read. */
    double reading(double rows, int numbersOfRow, int tasks) {
        return rows * numbersOfRow / (NUMBERS * Math.max(1, Math.min(threads, tasks)));
    }

    /** Seconds for so many bytes on their way. */
    static double moving(double bytes) {
        return bytes / BYTES;
    }
}
