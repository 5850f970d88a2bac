package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;

/** F⁻¹∇ of the deep autoencoder on the driver, with all processors. */
final class ApplyBench implements Bench {
    @Override
    public String name() {
        return "apply";
    }

    @Override
    public String description() {
        return "a preconditioner applied to a gradient of the deep autoencoder; the clock holds apply alone";
    }

    @Override
    public void run(Setting setting, Results results) {
        Network network = Networks.autoencoder();
        StatisticsPlan plan = StatisticsPlan.of(Fisher.monteCarlo(1, 0), StatisticKind.KRONECKER);
        StatisticsState statistics =
                plan.collect(
                        network,
                        LocalPass.of(plan.precision(), List.of(Generated.block(network, 2048, 784))));
        ParameterVector gradient = statistics.meanGradient().orElseThrow();
        List<Case> cases = new ArrayList<>();
        for (Method method : List.of(Method.FACTORED, Method.EIGEN)) {
            Preconditioner preconditioner = Preconditioner.invert(
                    FisherBlocks.of(statistics, method.structure()), method, Damping.absolute(1e-2), setting.threads());
            double flop = 0;
            for (LayerShape layer : network.layers()) {
                double once = 2.0 * layer.out() * layer.columns() * (layer.out() + layer.columns());
                flop += method == Method.FACTORED ? once : 2 * once;
            }
            cases.add(Case.of(
                    method + ", one gradient",
                    Precision.DOUBLE,
                    flop,
                    () -> preconditioner.apply(List.of(gradient), setting.threads())));
        }
        new Timing(5, 4 * setting.repetitions())
                .run(cases)
                .forEach((each, seconds) -> results.add(each, seconds, null));
        System.err.println("apply: " + Blas.current());
    }
}
