package org.sparkkfac.spark;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts the jobs and tasks that Spark runs meanwhile. */
class JobCount extends SparkListener {
    private final AtomicInteger jobs = new AtomicInteger();
    private final AtomicInteger tasks = new AtomicInteger();
    private final AtomicInteger failedTasks = new AtomicInteger();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
        jobs.incrementAndGet();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        tasks.incrementAndGet();
        if (!end.taskInfo().successful()) {
            failedTasks.incrementAndGet();
        }
    }

    int jobs() {
        return jobs.get();
    }

    int tasks() {
        return tasks.get();
    }

    int failedTasks() {
        return failedTasks.get();
    }

    <T> T during(SparkContext context, Supplier<T> work) {
        settle(context);
        context.addSparkListener(this);
        try {
            return work.get();
        } finally {
            settle(context);
            context.removeSparkListener(this);
        }
    }

    /** Events arrive some time after what they tell of. */
    private static void settle(SparkContext context) {
        try {
            context.listenerBus().waitUntilEmpty(30_000);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
