package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.Precision;

/** The activation covariance of wide rows against MLlib's Gramian. */
final class CovarianceBench implements Bench {
    private static final int ROWS = 100_000;
    private static final int COLUMNS = 1000;

    @Override
    public String name() {
        return "covariance";
    }

    @Override
    public String description() {
        return "Σ xxᵀ of 100,000 rows of 1,000 against RowMatrix.computeGramianMatrix with Java's BLAS and with the same"
                + " OpenBLAS, each in a JVM of its own from the same persisted RDD of vectors; the clock holds the job";
    }

    @Override
    public void run(Setting setting, Results results) {
        long rows = setting.rowsOr(ROWS);
        double flop = (double) rows * COLUMNS * (COLUMNS + 1);
        List<Case> cases = new ArrayList<>();
        Case plain = forked("MLlib as it comes", Precision.DOUBLE, flop, Forked.NO_NATIVE, "mllib", rows, setting);
        Case openBlas = forked("MLlib with OpenBLAS", Precision.DOUBLE, flop, List.of(), "mllib", rows, setting);
        cases.add(plain);
        cases.add(openBlas);
        for (Precision precision : setting.precisions()) {
            cases.add(forked("spark-kfac", precision, flop, List.of(), precision.toString(), rows, setting));
        }
        Map<Case, double[]> seconds = setting.timing().run(cases);
        double slow = results.add(plain, seconds.get(plain), null);
        double fast = results.add(openBlas, seconds.get(openBlas), slow);
        for (Case ours : cases.subList(2, cases.size())) {
            results.add(ours, seconds.get(ours), slow);
            results.add(
                    "spark-kfac over MLlib with OpenBLAS",
                    ours.precision().toString(),
                    Map.of("speedup", fast / Timing.median(seconds.get(ours))));
        }
    }

    private static Case forked(
            String name, Precision precision, double flop, List<String> options, String how, long rows, Setting s) {
        List<String> all = new ArrayList<>(options);
        all.add("-Xmx4g");
        return new Forked(name, precision, flop, all, CovarianceWorker.class, how, s.master(), rows + "", COLUMNS + "");
    }
}
