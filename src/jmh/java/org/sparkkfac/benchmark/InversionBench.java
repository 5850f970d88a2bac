package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas_full;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.Statistic;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** Inverting one Kronecker layer, against the LAPACK calls alone. */
final class InversionBench implements Bench {
    private static final int COLUMN_MAJOR = 102;

    @Override
    public String name() {
        return "inversion";
    }

    @Override
    public String description() {
        return "factored and eigen inverses of one layer of 1024, 2048, 4096 against bare dpotrf + dpotri and dsyevd of both"
                + " factors (which overwrite copies made outside the clock); the ratio is 1/speedup";
    }

    @Override
    public void run(Setting setting, Results results) {
        for (int n : setting.sizesOr(1024, 2048, 4096)) {
            DoubleMatrix a = covariance(n, 1);
            DoubleMatrix g = covariance(n, 2);
            LayerShape layer = new LayerShape("layer", n, n, false);
            FisherBlocks blocks = blocks(layer, a, g);
            Map<String, Case> cases = new LinkedHashMap<>();
            for (Method method : List.of(Method.FACTORED, Method.EIGEN)) {
                cases.put(
                        "bare " + method,
                        new Case.Timed(
                                "LAPACK of " + method + " " + n,
                                Precision.DOUBLE,
                                0,
                                () -> Blas.current()
                                        .withThreads(
                                                setting.threads(), () -> bare(method, n, a) + bare(method, n, g))));
                cases.put("ours " + method, new Case.Timed(method + " " + n, Precision.DOUBLE, 0, () -> {
                    rest();
                    long start = System.nanoTime();
                    Preconditioner.invert(blocks, method, Damping.absolute(1e-3), setting.threads());
                    return (System.nanoTime() - start) / 1e9;
                }));
            }
            int repetitions = n > 2048 ? Math.min(3, setting.repetitions()) : setting.repetitions();
            Map<Case, double[]> seconds =
                    new Timing(n > 2048 ? 0 : setting.warmups(), repetitions).run(new ArrayList<>(cases.values()));
            for (Method method : List.of(Method.FACTORED, Method.EIGEN)) {
                Case bare = cases.get("bare " + method);
                Case ours = cases.get("ours " + method);
                double baseline = results.add(bare, seconds.get(bare), null);
                results.add(ours, seconds.get(ours), baseline);
            }
        }
    }

    private static FisherBlocks blocks(LayerShape layer, DoubleMatrix a, DoubleMatrix g) {
        Statistic factors = new KroneckerFactors(layer);
        factors.restore(Map.of(KroneckerFactors.ACTIVATION_COVARIANCE, a, KroneckerFactors.GRADIENT_COVARIANCE, g));
        StatisticsState state = StatisticsState.restored(
                List.of(layer), Map.of(StatisticKind.KRONECKER, List.of(factors)), Optional.empty(), 1, 1, 0);
        return FisherBlocks.of(state, Method.EIGEN.structure());
    }

    private static double bare(Method method, int n, DoubleMatrix symmetric) {
        try (DoublePointer x = new DoublePointer(symmetric.toArray());
                DoublePointer w = new DoublePointer((long) n)) {
            rest();
            long start = System.nanoTime();
            if (method == Method.FACTORED) {
                openblas_full.LAPACKE_dpotrf(COLUMN_MAJOR, (byte) 'L', n, x, n);
                openblas_full.LAPACKE_dpotri(COLUMN_MAJOR, (byte) 'L', n, x, n);
            } else {
                openblas_full.LAPACKE_dsyevd(COLUMN_MAJOR, (byte) 'V', (byte) 'U', n, x, n, w);
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    /** Until the threads that OpenBLAS woke for the case before stop waiting for more, which takes them a processor each. */
    private static void rest() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DoubleMatrix covariance(int n, long seed) {
        Random random = new Random(seed);
        DoubleMatrix x = DoubleMatrix.zeros(n, 2 * n);
        x.map(zero -> random.nextGaussian());
        DoubleMatrix covariance = DoubleMatrix.product(x, false, x, true);
        covariance.scale(0.5 / n);
        return covariance;
    }
}
