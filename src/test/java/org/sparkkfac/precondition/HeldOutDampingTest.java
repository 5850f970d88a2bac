package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

final class HeldOutDampingTest {
    private record Data(StatisticsState training, StatisticsState heldOut, Method method) {
        static Data of(Cases random, Method method) {
            Network network = random.chain("gaussian", "tanh", 4, 3, 2);
            List<Row> rows = random.rows(network, 60);
            return new Data(
                    Row.collect(network, Fisher.exact(), rows.subList(0, 40)),
                    Row.collect(network, Fisher.exact(), rows.subList(40, 60)),
                    method);
        }

        HeldOutDamping.Choice choose(ParameterVector heldOutGradient) {
            return new HeldOutDamping(
                            FisherBlocks.of(training, method.structure()),
                            training.meanGradient().orElseThrow(),
                            FisherBlocks.of(heldOut, method.structure()),
                            heldOutGradient,
                            method,
                            1)
                    .choose();
        }

        /** {@code g_vᵀδ + ½ δᵀF_v δ} by dense matrices, for the step {@code δ = −factor·P_λ g}. */
        double change(double damping, double factor) {
            Preconditioner inverse = Inverting.invert(training, method, Damping.absolute(damping), 1);
            double[] g = training.meanGradient().orElseThrow().toArray();
            double[] heldOutGradient = heldOut.meanGradient().orElseThrow().toArray();
            DoubleMatrix p = inverse.toDense();
            double[] step = new double[g.length];
            double change = 0;
            for (int i = 0; i < g.length; i++) {
                for (int j = 0; j < g.length; j++) {
                    step[i] -= factor * p.get(i, j) * g[j];
                }
                change += heldOutGradient[i] * step[i];
            }
            int start = 0;
            for (int b = 0; b < inverse.layers().size(); b++) {
                DoubleMatrix f = Inverting.block(heldOut, method, b).toDense();
                for (int i = 0; i < f.rows(); i++) {
                    for (int j = 0; j < f.rows(); j++) {
                        change += 0.5 * step[start + i] * f.get(i, j) * step[start + j];
                    }
                }
                start += f.rows();
            }
            return change;
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theSweepIsTheHeldOutQuadraticModelAndTheBestIsItsLowest(Method method) {
        Data data = Data.of(Cases.one(), method);
        HeldOutDamping.Choice choice = data.choose(data.heldOut().meanGradient().orElseThrow());
        assertThat(choice.sweep()).hasSizeGreaterThan(10).contains(choice.best());
        for (HeldOutDamping.Trial trial : choice.sweep()) {
            assertThat(trial.change()).isGreaterThanOrEqualTo(choice.best().change());
            if (trial.damping() > 1e-4) {
                Near.assertNear("change at " + trial.damping(), trial.change(), data.change(trial.damping(), 1), 1e-9);
            }
        }
        // The control: a step of half the length has another model.
        double best = choice.best().damping();
        assertThat(Math.abs(data.change(best, 0.5) - choice.best().change())).isGreaterThan(1e-6);
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EIGEN", "EXACT"})
    void aGradientThatHurtsTheHeldOutRowsIsRefused(Method method) {
        Data data = Data.of(Cases.one(), method);
        ParameterVector opposite = data.training().meanGradient().orElseThrow();
        opposite.scale(-1);
        assertThatThrownBy(() -> data.choose(opposite))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no damping lowers the held-out loss");
    }
}
