package org.sparkkfac.linalg;

import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_full;

/**
 * The OpenBLAS in this jar: where it was unpacked, its threads, and its LAPACK on memory outside the Java heap, so that
 * a factorisation of many seconds does not keep the garbage collector waiting.
 */
final class OpenBlas implements Lapack {
    private static final int COLUMN_MAJOR = 102;

    private final String path;

    private OpenBlas(String path) {
        this.path = path;
    }

    static OpenBlas load() {
        // JavaCPP would refuse to allocate once the process, Spark's memory included, exceeds the Java heap twice over.
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        }
        Loader.load(openblas_full.class);
        try {
            String name = Loader.getPlatform().startsWith("macosx") ? "libopenblas.0.dylib" : "libopenblas.so.0";
            File library = Loader.cacheResource(
                    openblas_full.class, "/org/bytedeco/openblas/" + Loader.getPlatform() + "/" + name);
            if (library == null) {
                throw new IllegalStateException("no OpenBLAS for " + Loader.getPlatform() + " in the class path");
            }
            return new OpenBlas(library.getAbsolutePath());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String path() {
        return path;
    }

    String kernel() {
        return openblas_full.openblas_get_corename().getString();
    }

    int threads() {
        return openblas_full.openblas_get_num_threads();
    }

    void setThreads(int threads) {
        openblas_full.openblas_set_num_threads(threads);
    }

    @Override
    public int cholesky(int n, double[] lower) {
        try (DoublePointer a = new DoublePointer(lower)) {
            int info = check("dpotrf", openblas_full.LAPACKE_dpotrf(COLUMN_MAJOR, (byte) 'L', n, a, n));
            a.get(lower);
            return info;
        }
    }

    @Override
    public void inverseOfCholesky(int n, double[] lower) {
        try (DoublePointer a = new DoublePointer(lower)) {
            check("dpotri", openblas_full.LAPACKE_dpotri(COLUMN_MAJOR, (byte) 'L', n, a, n));
            a.get(lower);
        }
    }

    @Override
    public int inverse(int n, double[] a, double damping, double[] inverse) {
        try (DoublePointer lower = new DoublePointer((long) n * n)) {
            for (int j = 0; j < n; j++) {
                int diagonal = j * (n + 1);
                lower.position(diagonal).put(a, diagonal, n - j);
                lower.put(a[diagonal] + damping);
            }
            lower.position(0);
            // Without LAPACKE's searches for NaN, which would be found in the result.
            int order = check("dpotrf", openblas_full.LAPACKE_dpotrf_work(COLUMN_MAJOR, (byte) 'L', n, lower, n));
            if (order == 0) {
                check("dpotri", openblas_full.LAPACKE_dpotri_work(COLUMN_MAJOR, (byte) 'L', n, lower, n));
                for (int j = 0; j < n; j++) {
                    int diagonal = j * (n + 1);
                    lower.position(diagonal).get(inverse, diagonal, n - j);
                }
            }
            return order;
        }
    }

    @Override
    public double reciprocalCondition(int n, double[] lower, double norm) {
        try (DoublePointer a = new DoublePointer(lower);
                DoublePointer reciprocal = new DoublePointer(1)) {
            check("dpocon", openblas_full.LAPACKE_dpocon(COLUMN_MAJOR, (byte) 'L', n, a, n, norm, reciprocal));
            return reciprocal.get();
        }
    }

    @Override
    public int eigen(int n, double[] symmetric, double[] eigenvalues, boolean vectors) {
        try (DoublePointer a = new DoublePointer(symmetric);
                DoublePointer w = new DoublePointer((long) Math.max(n, 1))) {
            byte job = (byte) (vectors ? 'V' : 'N');
            int info = check("dsyevd", openblas_full.LAPACKE_dsyevd(COLUMN_MAJOR, job, (byte) 'U', n, a, n, w));
            a.get(symmetric);
            w.get(eigenvalues, 0, n);
            return info;
        }
    }

    private static int check(String routine, int info) {
        if (info < 0) {
            throw new IllegalStateException(routine + " refused argument " + -info);
        }
        return info;
    }
}
