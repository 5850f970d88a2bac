package org.sparkkfac.train;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdamSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** A small problem to train on: labels drawn from the rows, a network that does not know them yet. */
public record Problem(Network network, List<Row> rows, LocalPass pass) {
    public static Problem of(Cases random, String likelihood) {
        Network network = random.chain(likelihood, "tanh", 3, 4, 3);
        Network truth = random.withParameters(network);
        List<Row> rows = new ArrayList<>();
        for (Row row : random.rows(network, 24)) {
            rows.add(new Row(row.x(), label(truth, row), Math.max(0.5, row.weight()), row.id()));
        }
        List<List<RowBlock>> groups = List.of(
                Row.blocks(Precision.DOUBLE, 3, rows.subList(0, 10), 6, 4),
                Row.blocks(Precision.DOUBLE, 3, rows.subList(10, 24), 7, 7));
        return new Problem(network, rows, new LocalPass(groups, Precision.DOUBLE, false));
    }

    private static double[] label(Network truth, Row row) {
        double[] f = new BruteForce(truth).trace(row.x()).outputs();
        return switch (truth.likelihood().type()) {
            case "softmax" -> new double[] {f[0] > f[1] ? (f[0] > f[2] ? 0 : 2) : (f[1] > f[2] ? 1 : 2)};
            case "sigmoid" -> new double[] {f[0] > 0 ? 1 : 0, f[1] > 0 ? 1 : 0, f[2] > 0 ? 1 : 0};
            case "gaussian" -> f;
            default -> new double[] {Math.rint(Math.exp(f[0])), Math.rint(Math.exp(f[1])), Math.rint(Math.exp(f[2]))};
        };
    }

    double loss(Network model) {
        return new BruteForce(model).meanLoss(rows);
    }

    double firstLoss() {
        return loss(network);
    }

    static Averaging averaging(long period, long inversions) {
        return new Averaging(Fisher.monteCarlo(2, 7), 0.5, period, 0.9, inversions);
    }

    /** Every optimiser, with statistics and inverses that are not made at every step. */
    public static List<OptimiserSettings> optimisers() {
        List<OptimiserSettings> all = new ArrayList<>();
        all.add(new SgdSettings(Schedule.constant(0.05), 0.9));
        all.add(AdamSettings.of(Schedule.constant(0.05)));
        for (Method method : Method.values()) {
            all.add(new CurvatureSettings(
                    method, Schedule.constant(0.1), 0.8, Damping.absolute(0.1), 0.1, averaging(2, 4)));
        }
        all.add(new AdaptiveSettings(1, 3, 4, 0.5, averaging(1, 4)));
        for (int i : new int[] {0, 1, 2, all.size() - 1}) {
            all.add(PerturbationSettings.around(all.get(i), Damping.absolute(0.1)));
        }
        return all;
    }

    /** Keeps what is asked, and may answer otherwise. */
    static final class Counting implements Pass {
        private final Pass inner;
        private final Answer answer;
        private final List<Request> requests = new ArrayList<>();

        Counting(Pass inner) {
            this(inner, (network, request, sums) -> sums);
        }

        Counting(Pass inner, Answer answer) {
            this.inner = inner;
            this.answer = answer;
        }

        List<Request> requests() {
            return requests;
        }

        @Override
        public BlockIndex blocks() {
            return inner.blocks();
        }

        @Override
        public Precision precision() {
            return inner.precision();
        }

        @Override
        public Sums run(Network network, Request request) {
            requests.add(request);
            return answer.of(network, request, inner.run(network, request));
        }
    }

    /** Keeps the records. */
    static final class Kept implements Metrics {
        final List<StepRecord> steps = new ArrayList<>();

        @Override
        public void add(StepRecord step) {
            steps.add(step);
        }

        @Override
        public long position() {
            return steps.size();
        }
    }

    /** What a port of {@link #answering} says in place of another's answer. */
    public interface Answer {
        Sums of(Network network, Request request, Sums sums);
    }

    public static Pass answering(Pass inner, Answer answer) {
        return new Counting(inner, answer);
    }

    /** Batches of 15 rows, a little decay without biases, an average of the iterates. */
    static TrainingSettings settings(OptimiserSettings optimiser, long steps) {
        return TrainingSettings.of(optimiser, Stopping.afterSteps(steps))
                .withBatch(new BatchSettings(15, 0, 4))
                .with(new Regularisation(1e-4, true), 0.9);
    }

    public static ParameterVector weights(TrainingResult result) {
        return result.state().weights();
    }
}
