package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Statistic;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.stats.Sums;

/**
 * Running averages of statistics over the steps; see {@link Averaging}. For eigen-corrected inverses also the eigenbasis in
 * which the second moments S are measured: where it changes, S begins anew at {@code λ_G λ_Aᵀ}; George et al. 2018,
 * section 3.
 */
final class RunningCurvature {
    private static final int SHARE = 1;

    /**
     * What is carried from one step to the next.
     *
     * @param statistics the averages, of total weight 1, if there are some; shared
     * @param updates steps in them
     */
    record Average(Optional<StatisticsState> statistics, long updates) {
        static final Average NONE = new Average(Optional.empty(), 0);
    }

    private final Averaging averaging;
    private final Method method;
    private long updates;
    private boolean weighedNothing;
    private @Nullable StatisticsState average;
    private List<EigenBasis> bases = List.of();

    RunningCurvature(Averaging averaging, Method method, Average known) {
        this.averaging = averaging;
        this.method = method;
        this.updates = known.updates();
        this.average = known.statistics().orElse(null);
        known.statistics().ifPresent(statistics -> bases = basesOf(statistics));
    }

    private static List<EigenBasis> basesOf(StatisticsState statistics) {
        if (!statistics.kinds().contains(StatisticKind.EIGEN_CORRECTED)) {
            return List.of();
        }
        return statistics.statistics(StatisticKind.EIGEN_CORRECTED).stream()
                .map(sum -> ((EigenCorrection) sum).basis())
                .toList();
    }

    /** Corrections need bases, which come of the first factors. */
    private List<StatisticKind> kinds() {
        return bases.isEmpty() && method.structure().hasBases() ? List.of(StatisticKind.KRONECKER) : kinds(method);
    }

    /** What is averaged for a method. */
    static List<StatisticKind> kinds(Method method) {
        return method.structure().statistics();
    }

    /** The request with statistics too, in a step in which they are due. */
    Request request(Step step, Request gradient) {
        return averaging.collectsAt(step.number())
                ? gradient.with(new Statistics(
                        step.share(step.rows(), averaging.fraction(), SHARE),
                        kinds(),
                        step.network().layers(),
                        averaging.at(step.number()),
                        bases))
                : gradient;
    }

    /** Averages what the answer holds; what is not finite, or of no weight, is left out. */
    void update(Step step, Sums sums) {
        if (averaging.collectsAt(step.number())) {
            step.driver().average(() -> add(sums.of(Statistics.class)));
        }
    }

    private void add(StatisticsState batch) {
        weighedNothing = !(batch.totalWeight() > 0);
        if (weighedNothing || batch.firstNonFinite().isPresent()) {
            return;
        }
        updates++;
        double decay = Math.min(1 - 1.0 / updates, averaging.decay());
        batch.scale((1 - decay) / batch.totalWeight());
        if (average == null) {
            average = batch;
        } else {
            average.scale(decay);
            average.merge(batch);
        }
    }

    /** Whether there is nothing to invert yet only because the rows of the statistics had no weight: no step can be made. */
    boolean awaitsWeight() {
        return average == null && weighedNothing;
    }

    /**
     * Inverts the averages.
     *
     * @throws NumericalException if a block is singular with this damping, or there are no averages yet
     */
    Preconditioner invert(Step step, Damping damping, boolean renewsBases) {
        StatisticsState known = average;
        if (known == null) {
            throw new NumericalException(
                    "no step has had finite statistics yet; scale the features, or start from smaller weights");
        }
        return step.driver()
                .invert(
                        () -> {
                            StatisticsState statistics = known;
                            if (method.structure().hasBases() && renewsBases) {
                                statistics = inNewBases(known);
                                average = statistics;
                            }
                            return FisherBlocks.of(statistics, method.structure());
                        },
                        method,
                        damping);
    }

    private StatisticsState inNewBases(StatisticsState known) {
        bases = EigenBasis.of(known);
        List<Statistic> corrections = new ArrayList<>();
        for (int l = 0; l < bases.size(); l++) {
            corrections.add(uncorrected(known.layers().get(l), bases.get(l), known.totalWeight()));
        }
        Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
        statistics.put(StatisticKind.KRONECKER, known.statistics(StatisticKind.KRONECKER));
        statistics.put(StatisticKind.EIGEN_CORRECTED, corrections);
        return StatisticsState.restored(
                known.layers(), statistics, Optional.empty(), known.rows(), known.totalWeight(), 0);
    }

    /** {@code λ_G λ_Aᵀ} in its basis. */
    private static EigenCorrection uncorrected(LayerShape layer, EigenBasis basis, double weight) {
        DoubleMatrix moments = DoubleMatrix.zeros(layer.out(), layer.columns());
        for (int j = 0; j < moments.columns(); j++) {
            for (int i = 0; i < moments.rows(); i++) {
                double a = Math.max(0, basis.activationValues().get(j, 0));
                double g = Math.max(0, basis.gradientValues().get(i, 0));
                moments.set(i, j, weight * a * g);
            }
        }
        EigenCorrection correction = new EigenCorrection(layer, basis);
        Map<String, Entries> sums = new LinkedHashMap<>(correction.sums());
        sums.put(EigenCorrection.LAMBDA_MATRIX, moments);
        correction.restore(sums);
        return correction;
    }

    /** What the next step goes on from. */
    Average average() {
        return new Average(Optional.ofNullable(average), updates);
    }
}
