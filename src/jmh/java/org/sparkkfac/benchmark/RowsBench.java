package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.Precision;

/** How the time of a job grows with the rows, in one small heap. */
final class RowsBench implements Bench {
    static final String HEAP = "-Xmx512m";
    static final int WIDTH = 200;

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public String description() {
        return "collect on 10⁴ … 10⁶ generated rows, 200-200-200, in turns in one JVM under " + HEAP
                + ": seconds = a + b·rows by least squares on the medians; the clock holds the job";
    }

    @Override
    public void run(Setting setting, Results results) {
        List<Integer> sizes = setting.sizesOr(10_000, 30_000, 100_000, 300_000, 1_000_000);
        double[] medians = new double[sizes.size()];
        Forked worker = new Forked("rows", Precision.DOUBLE, 0, List.of(HEAP), RowsWorker.class, setting.master());
        try {
            List<Case> cases = new ArrayList<>();
            for (int rows : sizes) {
                double flop = rows * RowsWorker.options().plan().request(RowsWorker.network()).flopsOfRow(RowsWorker.network());
                cases.add(new Case.Timed(
                        rows + " rows", Precision.DOUBLE, flop, () -> Double.parseDouble(worker.ask("" + rows))));
            }
            int k = 0;
            for (Map.Entry<Case, double[]> each : setting.timing().run(cases).entrySet()) {
                medians[k++] = results.add(each.getKey(), each.getValue(), null);
            }
        } finally {
            worker.close();
        }
        fit(sizes, medians, results);
    }

    private static void fit(List<Integer> sizes, double[] seconds, Results results) {
        // Weighted by 1/seconds², so that the relative residuals are made small.
        double sw = 0;
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        for (int i = 0; i < seconds.length; i++) {
            double w = 1 / (seconds[i] * seconds[i]);
            double x = sizes.get(i);
            sw += w;
            sx += w * x;
            sy += w * seconds[i];
            sxx += w * x * x;
            sxy += w * x * seconds[i];
        }
        double b = (sw * sxy - sx * sy) / (sw * sxx - sx * sx);
        double a = (sy - b * sx) / sw;
        double worst = 0;
        for (int i = 0; i < seconds.length; i++) {
            worst = Math.max(worst, Math.abs(a + b * sizes.get(i) - seconds[i]) / seconds[i]);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("a_seconds", a);
        figures.put("b_seconds_per_million", 1e6 * b);
        figures.put("largest_relative_residual", worst);
        results.add("seconds = a + b rows", "double", figures);
    }
}
