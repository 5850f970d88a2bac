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
                + " OpenBLAS, each in a JVM of its own from the same persisted vectors, an RDD of rows or a data frame; the clock"
                + " holds the job; --cases MLlib with leaves out the slow one";
    }

    @Override
    public void run(Setting setting, Results results) {
        run("an RDD", false, setting, results);
        run("a data frame", true, setting, results);
    }

    private static void run(String form, boolean isFrame, Setting setting, Results results) {
        Case plain = forked("MLlib as it comes, " + form, Precision.DOUBLE, Forked.NO_NATIVE, "mllib", isFrame, setting);
        Case openBlas = forked("MLlib with OpenBLAS, " + form, Precision.DOUBLE, List.of(), "mllib", isFrame, setting);
        List<Case> cases = new ArrayList<>();
        cases.add(openBlas);
        if (setting.wants(plain.name())) {
            cases.add(plain);
        }
        List<Case> own = new ArrayList<>();
        for (Precision precision : setting.precisions()) {
            own.add(forked("spark-kfac, " + form, precision, List.of(), precision.toString(), isFrame, setting));
        }
        cases.addAll(own);
        Map<Case, double[]> seconds = setting.timing().run(cases);
        Double slow = seconds.containsKey(plain) ? results.add(plain, seconds.get(plain), null) : null;
        double fast = results.add(openBlas, seconds.get(openBlas), slow);
        for (Case ours : own) {
            results.add(ours, seconds.get(ours), slow);
            results.add(
                    "spark-kfac over MLlib with OpenBLAS, " + form,
                    ours.precision().toString(),
                    Map.of("speedup", fast / Timing.median(seconds.get(ours))));
        }
    }

    private static Case forked(
            String name, Precision precision, List<String> options, String how, boolean isFrame, Setting setting) {
        List<String> all = new ArrayList<>(options);
        all.add("-Xmx4g");
        long rows = setting.rowsOr(ROWS);
        return new Forked(
                name,
                precision,
                (double) rows * COLUMNS * (COLUMNS + 1),
                all,
                CovarianceWorker.class,
                how,
                setting.master(),
                "" + rows,
                "" + COLUMNS,
                "" + isFrame);
    }
}
