package org.sparkkfac.testing;

import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.StatisticsState;

/** From statistics to their inverse in one call. */
public final class Inverting {
    private Inverting() {}

    public static Preconditioner invert(StatisticsState statistics, Method method, Damping damping, int threads) {
        return Preconditioner.invert(FisherBlocks.of(statistics, method.structure()), method, damping, threads);
    }

    public static FisherBlock block(StatisticsState statistics, Method method, int layer) {
        return FisherBlocks.of(statistics, method.structure()).block(layer);
    }
}
