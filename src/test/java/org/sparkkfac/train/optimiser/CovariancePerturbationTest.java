package org.sparkkfac.train.optimiser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.Problem;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.TrainingSettings;

final class CovariancePerturbationTest {
    private static final double RATE = 0.1;

    private static PerturbationSettings around(double damping) {
        return PerturbationSettings.around(new SgdSettings(Schedule.constant(RATE), 0), Damping.absolute(damping));
    }

    private static ParameterVector plus(ParameterVector theta, double scale, ParameterVector direction) {
        ParameterVector sum = theta.copy();
        sum.add(scale, direction);
        return sum;
    }

    private static ParameterVector gradient(Network network, ParameterVector at, List<Row> rows) {
        return new BruteForce(network.withParameters(at)).meanGradient(rows);
    }

    /** The first step as in the formula, with dense matrices. */
    private static ParameterVector expected(Network network, List<Row> rows, double damping, double sign) {
        ParameterVector theta = network.parameters();
        ParameterVector g1 = gradient(network, theta, rows);
        ParameterVector g2 = gradient(network, plus(theta, 0.1 / (g1.norm() + 1e-4), g1), rows);
        ParameterVector m = plus(g2, -1, g1);
        ParameterVector d = m.copy();
        d.scale(0.9); // v = 0.1 m
        BruteForce slow = new BruteForce(network);
        int p = slow.parameters();
        DoubleMatrix matrix = DoubleMatrix.zeros(p, p);
        for (int l = 0; l < network.layers().size(); l++) {
            DoubleMatrix a = slow.activationCovariance(rows, l);
            DoubleMatrix g = slow.gradientCovariance(rows, Fisher.empirical(), l);
            double pi = Math.sqrt((a.trace() / a.rows()) / (g.trace() / g.rows()));
            a.addToDiagonal(pi * Math.sqrt(damping));
            g.addToDiagonal(Math.sqrt(damping) / pi);
            int first = slow.first(l);
            int size = a.rows() * g.rows();
            matrix.view(first, size, first, size).copyFrom(org.sparkkfac.linalg.Kronecker.toDense(a, g));
        }
        DoubleMatrix column = DoubleMatrix.wrap(p, 1, g1.toArray());
        matrix.add(-sign, DoubleMatrix.product(column, false, column, true));
        DoubleMatrix solved = solve(matrix, DoubleMatrix.wrap(p, 1, d.toArray()));
        ParameterVector c = BruteForce.vector(network.layers(), solved.toArray());
        c.scale(0.1 / Math.sqrt(d.dot(c)));
        return plus(theta, -RATE, gradient(network, plus(theta, 1, c), rows));
    }

    /** Gauss and Jordan. */
    private static DoubleMatrix solve(DoubleMatrix matrix, DoubleMatrix right) {
        int n = matrix.rows();
        DoubleMatrix a = matrix.copy();
        DoubleMatrix x = right.copy();
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                double factor = i == k ? 0 : a.get(i, k) / a.get(k, k);
                for (int j = k; factor != 0 && j < n; j++) {
                    a.set(i, j, a.get(i, j) - factor * a.get(k, j));
                }
                x.set(i, 0, x.get(i, 0) - factor * x.get(k, 0));
            }
        }
        for (int k = 0; k < n; k++) {
            x.set(k, 0, x.get(k, 0) / a.get(k, k));
        }
        return x;
    }

    private static TrainingResult train(
            Problem problem, PerturbationSettings settings, int steps, List<StepRecord> kept) {
        Metrics metrics = new Metrics() {
            @Override
            public void add(StepRecord step) {
                kept.add(step);
            }

            @Override
            public long position() {
                return kept.size();
            }
        };
        return Trainer.of(problem.network(), problem.pass(), TrainingSettings.of(settings, Stopping.afterSteps(steps)))
                .withMetrics(metrics)
                .train();
    }

    @Test
    void theFirstStepIsThatOfTheFormula() {
        Cases.each(5, random -> {
            Problem problem = Problem.of(random, "softmax");
            List<StepRecord> kept = new ArrayList<>();
            ParameterVector actual = Problem.weights(train(problem, around(0.5), 1, kept));
            assertThat(kept.get(0).choice().isIndefinite()).isFalse();
            assertThat(kept.get(0).cost().jobs()).isEqualTo(3);
            Near.assertNear("θ", actual, expected(problem.network(), problem.rows(), 0.5, 1), 1e-9);
            Near.assertFar(
                    "the sign of ggᵀ",
                    actual.toArray(),
                    expected(problem.network(), problem.rows(), 0.5, -1).toArray());
        });
    }

    @Test
    void whereTheDowndateIsNotPositiveTheStepIsMadeWithoutItAndTold() {
        // All rows alike: the mean gradient explains all of the empirical Fisher, and more of its Kronecker form.
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 3, 4, 3);
        Row row = random.rows(network, 1).get(0).withWeight(1);
        List<Row> rows = List.of(row, row, row);
        LocalPass pass = new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 3, rows)), Precision.DOUBLE, false);
        Problem problem = new Problem(network, rows, pass);
        List<StepRecord> kept = new ArrayList<>();
        TrainingResult result = train(problem, around(1e-12), 3, kept);
        assertThat(result.state().optimiser().indefiniteDowndates()).isEqualTo(3);
        assertThat(kept)
                .allSatisfy(step -> assertThat(step.choice().isIndefinite()).isTrue());
    }

    @Test
    void aGradientThatDoesNotChangeGivesThePlainStep() {
        // Quadratic without curvature: all features zero and no bias, so every gradient is zero.
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "tanh", 2, 2);
        List<Row> rows = List.of(Row.of(new double[] {0, 0}, new double[] {0, 0}, 1));
        ParameterVector theta = network.parameters().copy();
        theta.block(0).view(0, 2, 2, 1).fill(0);
        Network flat = network.withParameters(theta);
        LocalPass pass = new LocalPass(List.of(Row.blocks(Precision.DOUBLE, 2, rows)), Precision.DOUBLE, false);
        List<StepRecord> kept = new ArrayList<>();
        TrainingResult result = train(new Problem(flat, rows, pass), around(0.1), 2, kept);
        Near.assertNear("θ", Problem.weights(result), theta, 0);
        assertThat(kept.get(0).cost().jobs()).isEqualTo(3);
    }
}
