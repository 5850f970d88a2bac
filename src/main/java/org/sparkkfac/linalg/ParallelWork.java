package org.sparkkfac.linalg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Pieces of work that do not touch each other, shared by this thread and idle ones of the common pool. */
public final class ParallelWork {
    private ParallelWork() {}

    /**
     * Does the pieces 0 … n−1, each once, and returns when all are done.
     *
     * @param threads how many threads may work on it, this one among them
     * @throws RuntimeException that of a piece
     */
    public static void run(int pieces, int threads, IntConsumer work) {
        AtomicInteger next = new AtomicInteger();
        Runnable worker = () -> {
            for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
                work.accept(piece);
            }
        };
        int helping = Math.min(Math.min(threads, pieces) - 1, ForkJoinPool.getCommonPoolParallelism());
        List<ForkJoinTask<?>> helpers = new ArrayList<>();
        for (int helper = 0; helper < helping; helper++) {
            helpers.add(ForkJoinPool.commonPool().submit(worker));
        }
        worker.run();
        helpers.forEach(ForkJoinTask::join);
    }
}
