package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/**
 * The most that this process gets out of gemm: the best of n = 1024, 2048, 4096 (n × n times n × n), as one product of all
 * threads and as a product on each thread at once, which is how Spark's tasks use the processors.
 */
final class GemmPeak {
    private static final int[] SIZES = {1024, 2048, 4096};

    private final int threads;
    private final Map<Precision, Double> measured = new EnumMap<>(Precision.class);

    GemmPeak(int threads) {
        this.threads = threads;
    }

    int threads() {
        return threads;
    }

    /** 10⁹ operations a second. */
    double gflops(Precision precision) {
        return measured.computeIfAbsent(precision, this::measure);
    }

    private double measure(Precision precision) {
        double best = 0;
        for (int n : SIZES) {
            double flop = 2.0 * n * n * n;
            for (int repetition = 0; repetition < 2 * 4096 / n + 1; repetition++) {
                double together = seconds(() -> Blas.current().withThreads(threads, () -> product(precision, n)));
                best = Math.max(best, flop / together);
                best = Math.max(best, threads * flop / seconds(() -> onEachThread(precision, n)));
            }
        }
        System.err.printf(
                "peak: gemm in %s precision %.1f GFLOP/s with %d threads; %s%n",
                precision, best / 1e9, threads, Blas.current());
        return best / 1e9;
    }

    private final Map<String, List<Matrix>> operands = new java.util.concurrent.ConcurrentHashMap<>();

    private boolean product(Precision precision, int n) {
        String key = precision + " " + n + " " + Thread.currentThread().getName();
        List<Matrix> abc = operands.computeIfAbsent(key, k -> {
            List<Matrix> made = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Matrix matrix = Matrix.zeros(precision, n, n);
                matrix.fill(0.5);
                made.add(matrix);
            }
            return made;
        });
        abc.get(2).setToProduct(1, abc.get(0), false, abc.get(1), false, 0);
        return true;
    }

    private final ExecutorService pool = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private void onEachThread(Precision precision, int n) {
        List<Future<Boolean>> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            running.add(pool.submit(() -> product(precision, n)));
        }
        for (Future<Boolean> each : running) {
            try {
                each.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Frees the matrices. */
    void forget() {
        operands.clear();
    }
}
