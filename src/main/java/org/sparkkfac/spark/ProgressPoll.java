package org.sparkkfac.spark;

import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.util.LongAccumulator;

/** Tells a {@link Progress}, twice a second, how many tasks of a job group have finished and how many rows they read. */
final class ProgressPoll {
    private static final long PERIOD_MILLIS = 500;

    private final JavaSparkContext context;
    private final String jobGroup;
    private final LongAccumulator rows;
    private final Progress progress;

    ProgressPoll(JavaSparkContext context, String jobGroup, LongAccumulator rows, Progress progress) {
        this.context = context;
        this.jobGroup = jobGroup;
        this.rows = rows;
        this.progress = progress;
    }

    /** Runs a computation that starts jobs of the group, with a thread beside it that tells how far they are. */
    void during(String what, int tasks, Runnable computation) {
        progress.start(what, tasks);
        Thread thread = new Thread(() -> poll(context.statusTracker()), "kfac-progress");
        thread.setDaemon(true);
        thread.start();
        try {
            computation.run();
            progress.update(tasks, rows.value());
        } finally {
            thread.interrupt();
            join(thread);
            progress.done();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void poll(JavaSparkStatusTracker tracker) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(PERIOD_MILLIS);
                progress.update(finishedTasks(tracker), rows.value());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long finishedTasks(JavaSparkStatusTracker tracker) {
        long finished = 0;
        for (int job : tracker.getJobIdsForGroup(jobGroup)) {
            SparkJobInfo info = tracker.getJobInfo(job);
            if (info == null) {
                continue;
            }
            for (int stage : info.stageIds()) {
                SparkStageInfo stageInfo = tracker.getStageInfo(stage);
                finished += stageInfo == null ? 0 : stageInfo.numCompletedTasks();
            }
        }
        return finished;
    }
}
