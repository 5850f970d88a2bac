package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;

/** Monte-Carlo draws of each likelihood. */
final class DrawsBench implements Bench {
    private static final int ROWS = 100_000;
    private static final int OUTPUTS = 100;

    @Override
    public String name() {
        return "draws";
    }

    @Override
    public String description() {
        return "one Monte-Carlo draw and its gradient for 100,000 rows of 100 outputs, one thread; reported";
    }

    @Override
    public void run(Setting setting, Results results) {
        List<Case> cases = new ArrayList<>();
        for (String type : List.of("softmax", "sigmoid", "gaussian", "poisson")) {
            Likelihood likelihood = Likelihoods.create(type, Map.of());
            cases.add(Case.of(type, Precision.DOUBLE, 0, () -> draw(likelihood)));
        }
        setting.timing().run(cases).forEach((each, seconds) -> {
            double median = results.add(each, seconds, null);
            results.add(each.name() + ", an output", "double", Map.of("nanoseconds", 1e9 * median / ROWS / OUTPUTS));
        });
    }

    private static void draw(Likelihood likelihood) {
        CounterRandom random = new CounterRandom(1);
        double[] f = new double[OUTPUTS];
        double[] mean = new double[OUTPUTS];
        double[] gradient = new double[OUTPUTS];
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < OUTPUTS; i++) {
                f[i] = 4 * Math.abs(((row + 31 * i) % 64) / 64.0 - 0.5) - 1;
            }
            likelihood.mean(f, mean);
            likelihood.drawGradient(f, mean, random.seek(row, 0), gradient);
            sum += gradient[row % OUTPUTS];
        }
        if (Double.isNaN(sum)) {
            throw new IllegalStateException("a draw is NaN");
        }
    }
}
