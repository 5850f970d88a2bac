package org.sparkkfac.precondition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParallelWork;

/**
 * Work on every layer on several threads: layers side by side where they share the load, else one after the other with
 * all threads in the BLAS, which is then the better use of them.
 */
final class LayerTasks {
    private LayerTasks() {}

    static <T> List<T> run(List<LayerShape> layers, int threads, IntFunction<T> task) {
        double total = layers.stream().mapToDouble(LayerTasks::work).sum();
        double largest = layers.stream().mapToDouble(LayerTasks::work).max().orElse(0);
        if (threads == 1 || largest * threads >= total) {
            return Blas.current().withThreads(threads, () -> sequentially(layers.size(), task));
        }
        return sideBySide(layers.size(), threads, task);
    }

    /** The most threads, up to a limit, with which {@link #run} works on layers side by side, or 1; the bits are those of 1. */
    static int threadsSideBySide(List<LayerShape> layers, int most) {
        double total = layers.stream().mapToDouble(LayerTasks::work).sum();
        double largest = layers.stream().mapToDouble(LayerTasks::work).max().orElse(1);
        return (int) Math.max(1, Math.min(most, Math.ceil(total / largest) - 1));
    }

    /** Work on a layer with up to a number of threads, on which its bits do not depend. */
    interface Shared<T> {
        T run(int layer, int threads);
    }

    /** Runs it on every layer: side by side where layers are many, else one after the other with all threads. */
    static <T> List<T> shared(int layers, int threads, Shared<T> task) {
        if (layers < 2 * threads) {
            return sequentially(layers, layer -> task.run(layer, threads));
        }
        List<T> results = new ArrayList<>(Collections.nCopies(layers, null));
        ParallelWork.run(layers, threads, layer -> results.set(layer, task.run(layer, 1)));
        return results;
    }

    /**
     * The work on both factors of a layer, A first: side by side where that is quicker. Two threads in one call of LAPACK
     * do about 1.5 times the work of one; for t threads the estimate is t^0.6.
     */
    static <T> List<T> both(LayerShape layer, Supplier<T> a, Supplier<T> g) {
        int threads = Blas.current().threads();
        double larger = Math.pow(Math.max(layer.columns(), layer.out()), 3);
        if (threads > 1 && larger * Math.pow(threads, 0.6) < work(layer)) {
            return Blas.current().withThreads(1, () -> sideBySide(2, 2, i -> i == 0 ? a.get() : g.get()));
        }
        return List.of(a.get(), g.get());
    }

    /** Work grows with the cube of both dimensions. */
    private static double work(LayerShape layer) {
        return Math.pow(layer.columns(), 3) + Math.pow(layer.out(), 3);
    }

    private static <T> List<T> sequentially(int count, IntFunction<T> task) {
        List<T> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(task.apply(i));
        }
        return results;
    }

    private static <T> List<T> sideBySide(int count, int threads, IntFunction<T> task) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int layer = i;
                futures.add(pool.submit(() -> task.apply(layer)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while inverting", e);
        } finally {
            pool.shutdownNow();
        }
    }
}
