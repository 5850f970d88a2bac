package org.sparkkfac.train.optimiser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.stats.FisherProducts;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.acceptance.Regularisation;

/** Oracle 20: the quadratic model against dense algebra, and what it must say of a quadratic objective. */
final class QuadraticModelTest {
    private record Point(
            Network network, List<Row> rows, Regularisation regularisation, Objective objective, LocalPass pass) {
        static Point of(Network network, List<Row> rows, Regularisation regularisation) {
            LocalPass pass = new LocalPass(
                    List.of(Row.blocks(Precision.DOUBLE, network.inputs(), rows)), Precision.DOUBLE, false);
            Sums sums =
                    pass.run(network, Request.gradient(network, pass.blocks().all()));
            return new Point(network, rows, regularisation, Objective.of(network, sums, regularisation), pass);
        }

        QuadraticModel model(double lambda, List<ParameterVector> directions) {
            RowSelection all = pass.blocks().all();
            DoubleMatrix products = pass.run(network, Request.of(new FisherProducts(all, directions)))
                    .of(FisherProducts.class)
                    .mean();
            return QuadraticModel.of(products, directions, objective.gradient(), lambda, regularisation);
        }

        /** h(θ + δ) − h(θ). */
        double change(ParameterVector move) {
            ParameterVector there = network.parameters().copy();
            there.add(1, move);
            return new BruteForce(network.withParameters(there)).meanLoss(rows)
                    + regularisation.value(there)
                    - objective.value();
        }

        /** F + λI + ηD. */
        DoubleMatrix matrix(double lambda) {
            DoubleMatrix matrix = new BruteForce(network).full(rows, Fisher.exact());
            matrix.addToDiagonal(lambda);
            int k = 0;
            for (LayerShape layer : network.layers()) {
                for (int i = 0; i < layer.parameters(); i++, k++) {
                    boolean decays = !regularisation.withoutBiases() || i < layer.out() * layer.in();
                    matrix.set(k, k, matrix.get(k, k) + (decays ? regularisation.decay() : 0));
                }
            }
            return matrix;
        }
    }

    private static ParameterVector combination(double alpha, ParameterVector u, double mu, ParameterVector v) {
        ParameterVector sum = u.copy();
        sum.scale(alpha);
        sum.add(mu, v);
        return sum;
    }

    /** ½δᵀBδ + ∇hᵀδ. */
    private static double value(DoubleMatrix matrix, ParameterVector gradient, ParameterVector move) {
        DoubleMatrix column = DoubleMatrix.wrap(matrix.rows(), 1, move.toArray());
        return 0.5 * column.dot(matrix.times(column)) + gradient.dot(move);
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "sigmoid", "gaussian", "poisson"})
    void atTheBestAlphaAndMuTheChangeIsHalfTheSlope(String likelihood) {
        Cases.each(20, random -> {
            Regularisation regularisation = new Regularisation(random.uniform(0, 0.5), random.chance(0.5));
            Network network = random.network(likelihood);
            Point point = Point.of(network, random.rows(network, 5), regularisation);
            double lambda = random.uniform(0.01, 1);
            ParameterVector u = random.vector(network.layers(), 1);
            ParameterVector v = random.vector(network.layers(), 1);
            QuadraticModel.Fit fit = point.model(lambda, List.of(u, v)).along(0, 1);
            ParameterVector move = combination(fit.alpha(), u, fit.mu(), v);
            ParameterVector gradient = point.objective().gradient();
            Near.assertNear("½∇hᵀδ", fit.change(), 0.5 * gradient.dot(move), 1e-10);
            DoubleMatrix matrix = point.matrix(lambda);
            Near.assertNear("dense M", fit.change(), value(matrix, gradient, move), 1e-10);
            for (double[] aside : new double[][] {{1e-3, 0}, {-1e-3, 0}, {0, 1e-3}, {0, -1e-3}}) {
                ParameterVector other = combination(fit.alpha() + aside[0], u, fit.mu() + aside[1], v);
                assertThat(value(matrix, gradient, other)).isGreaterThan(fit.change());
            }
        });
    }

    @Test
    void aForgottenDecayOrDampingWouldShow() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 3, 4, 3);
        Point point = Point.of(network, random.rows(network, 6), new Regularisation(0.3, false));
        ParameterVector u = random.vector(network.layers(), 1);
        ParameterVector v = random.vector(network.layers(), 1);
        QuadraticModel.Fit fit = point.model(0.2, List.of(u, v)).along(0, 1);
        ParameterVector move = combination(fit.alpha(), u, fit.mu(), v);
        ParameterVector gradient = point.objective().gradient();
        Near.assertFar("λ", fit.change(), value(point.matrix(0), gradient, move));
        ParameterVector withoutDecay = gradient.copy();
        withoutDecay.add(-0.3, network.parameters());
        Near.assertFar("η in ∇h", fit.change(), value(point.matrix(0.2), withoutDecay, move));
        Near.assertFar("μ", fit.change(), value(point.matrix(0.2), gradient, combination(fit.alpha(), u, 0, v)));
    }

    @Test
    void aZeroOrParallelPreviousStepGivesNoMomentum() {
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "tanh", 2, 3, 2);
        Point point = Point.of(network, random.rows(network, 5), Regularisation.NONE);
        ParameterVector u = random.vector(network.layers(), 1);
        QuadraticModel.Fit alone = point.model(0.1, List.of(u)).along(0);
        ParameterVector parallel = u.copy();
        parallel.scale(-1e-9);
        for (ParameterVector v : List.of(ParameterVector.zeros(network.layers()), parallel, u)) {
            QuadraticModel.Fit fit = point.model(0.1, List.of(u, v)).along(0, 1);
            assertThat(fit.mu()).isZero();
            Near.assertNear("α", fit.alpha(), alone.alpha(), 1e-14);
        }
        QuadraticModel.Fit nowhere = point.model(
                        0, List.of(ParameterVector.zeros(network.layers()), ParameterVector.zeros(network.layers())))
                .along(0, 1);
        assertThat(nowhere).isEqualTo(new QuadraticModel.Fit(0, 0, 0));
    }

    /** A linear network of one layer, whose Gaussian loss is quadratic in its parameters. */
    private static Network linear(Cases random, String likelihood) {
        NodeSpec layer = new NodeSpec("layer0", "dense", Map.of("units", 2));
        return random.withParameters(Network.of(3, List.of(layer), Cases.likelihood(likelihood)));
    }

    @Test
    void onAQuadraticObjectiveTheReductionIsTheModels() {
        Cases.each(10, random -> {
            Network network = linear(random, "gaussian");
            Point point = Point.of(network, random.rows(network, 8), new Regularisation(0.1, false));
            double lambda = random.uniform(0.1, 2);
            ParameterVector u = random.vector(network.layers(), 1);
            ParameterVector v = random.vector(network.layers(), 1);
            QuadraticModel.Fit fit = point.model(lambda, List.of(u, v)).along(0, 1);
            ParameterVector move = combination(fit.alpha(), u, fit.mu(), v);
            double change = point.change(move);
            double withoutDamping = fit.change() - 0.5 * lambda * move.dot(move);
            Near.assertNear("ρ without λ", change / withoutDamping, 1, 1e-9);
            DoubleMatrix column =
                    DoubleMatrix.wrap((int) network.layers().get(0).parameters(), 1, move.toArray());
            double bend = column.dot(point.matrix(lambda).times(column));
            Near.assertNear("ρ", change / fit.change(), 1 + lambda * move.dot(move) / bend, 1e-9);
            Near.assertFar("ρ with λ is not 1", change / fit.change(), 1);
        });
    }

    /** Steps of the adaptive optimiser on all rows, with exact factors and without damping to speak of. */
    private static double lossAfter(Network network, List<Row> rows, Fisher fisher, int steps) {
        LocalPass pass =
                new LocalPass(List.of(Row.blocks(Precision.DOUBLE, network.inputs(), rows)), Precision.DOUBLE, false);
        AdaptiveSettings settings = new AdaptiveSettings(1e-14, 1000, 1000, 1, new Averaging(fisher, 1, 1, 0.95, 20));
        Trainer trainer = Trainer.of(network, pass, TrainingSettings.of(settings, Stopping.afterSteps(steps)));
        return new BruteForce(trainer.train().model()).meanLoss(rows);
    }

    @Test
    void oneUndampedStepEndsAQuadraticObjective() {
        Cases.each(10, random -> {
            Network network = linear(random, "gaussian");
            List<Row> rows = random.rows(network, 12);
            double one = lossAfter(network, rows, Fisher.exact(), 1);
            double three = lossAfter(network, rows, Fisher.exact(), 3);
            Near.assertNear("loss", one, three, 1e-10);
            assertThat(one).isLessThan(new BruteForce(network).meanLoss(rows));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "poisson"})
    void oneStepDoesNotEndAnother(String likelihood) {
        Cases random = Cases.one();
        Network network = linear(random, likelihood);
        List<Row> rows = random.rows(network, 12);
        double one = lossAfter(network, rows, Fisher.exact(), 1);
        double many = lossAfter(network, rows, Fisher.exact(), 12);
        assertThat(one - many).isGreaterThan(1e-6);
    }
}
