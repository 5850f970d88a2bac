package org.sparkkfac.linalg;

import dev.ludovic.netlib.lapack.LAPACK;
import org.netlib.util.doubleW;
import org.netlib.util.intW;

/** LAPACK through netlib's Java interface, for every backend but the bundled one. */
final class NetlibLapack implements Lapack {
    private final LAPACK lapack;

    NetlibLapack(LAPACK lapack) {
        this.lapack = lapack;
    }

    @Override
    public int cholesky(int n, double[] lower) {
        intW info = new intW(0);
        lapack.dpotrf("L", n, lower, Math.max(n, 1), info);
        return check("dpotrf", info);
    }

    @Override
    public void inverseOfCholesky(int n, double[] lower) {
        intW info = new intW(0);
        lapack.dpotri("L", n, lower, Math.max(n, 1), info);
        check("dpotri", info);
    }

    @Override
    public double reciprocalCondition(int n, double[] lower, double norm) {
        doubleW reciprocal = new doubleW(0);
        intW info = new intW(0);
        lapack.dpocon("L", n, lower, Math.max(n, 1), norm, reciprocal, new double[3 * n], new int[n], info);
        check("dpocon", info);
        return reciprocal.val;
    }

    @Override
    public int eigen(int n, double[] symmetric, double[] eigenvalues, boolean vectors) {
        String job = vectors ? "V" : "N";
        double[] workSize = new double[1];
        int[] integerWorkSize = new int[1];
        intW info = new intW(0);
        int lda = Math.max(n, 1);
        lapack.dsyevd(job, "U", n, symmetric, lda, eigenvalues, workSize, -1, integerWorkSize, -1, info);
        int work = (int) workSize[0];
        int integerWork = integerWorkSize[0];
        lapack.dsyevd(
                job,
                "U",
                n,
                symmetric,
                lda,
                eigenvalues,
                new double[work],
                work,
                new int[integerWork],
                integerWork,
                info);
        return check("dsyevd", info);
    }

    private static int check(String routine, intW info) {
        if (info.val < 0) {
            throw new IllegalStateException(routine + " refused argument " + -info.val);
        }
        return info.val;
    }
}
