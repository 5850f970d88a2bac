package org.sparkkfac.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.nn.Taps;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/**
 * Distances of Fisher blocks from their Kronecker factors, without any p × p matrix: from the taps of all rows, or of m
 * of N rows that were drawn uniformly without replacement.
 *
 * <p>With {@code Γ = Σ_c g_c g_cᵀ} of one row, w its weight and W that of all rows,
 *
 * <pre>{@code
 * ⟨F, A ⊗ G⟩ = (1/W) Σ_i w_i (ā_iᵀ A ā_i) tr(G Γ_i)
 * ‖F‖²       = (1/W²) Σ_i Σ_j w_i w_j (ā_iᵀ ā_j)² tr(Γ_i Γ_j)
 * }</pre>
 *
 * <p>From a sample, the single sum is scaled by N/m, and in the double sum the m terms i = j by N/m and the others by
 * {@code N(N−1)/(m(m−1))}, which makes both unbiased; scaling the plain double sum by (N/m)² would count the terms i = j
 * too often. The distance itself, a root that is cut off at 0, is not unbiased.
 *
 * <p>Memory: the taps of the m rows, in double precision. Cost: {@code m²·(in + 1) + (m·k)²·out} flops a layer, as
 * matrix products of 256 rows, for k gradient columns a row. Resolution: {@code 1e-7·‖F‖}; see {@link BlockDistance}.
 */
public final class BlockDistances {
    private final StatisticsState statistics;
    private final List<SquaredNorm> norms = new ArrayList<>();
    private final List<KroneckerProjection> projections = new ArrayList<>();
    private long rows;

    /**
     * Distances of what these statistics average, with no taps yet.
     *
     * @param statistics with Kronecker factors; with corrected eigenvalues, their distance is found as well
     * @throws UserException if there are no Kronecker factors, or no rows
     */
    public BlockDistances(StatisticsState statistics) {
        this.statistics = statistics;
        FisherBlocks blocks = FisherBlocks.of(statistics, Structure.KRONECKER);
        for (int l = 0; l < statistics.layers().size(); l++) {
            norms.add(new SquaredNorm());
            projections.add(new KroneckerProjection(blocks.block(l)));
        }
    }

    /**
     * The distances from rows in this process.
     *
     * @param fisher the kind, samples and seed with which the statistics were collected
     * @param blocks all rows of the statistics, or a uniform sample without replacement, in double precision
     * @throws UserException as the constructor and {@link #distances}
     */
    public static List<BlockDistance> of(
            StatisticsState statistics, Network network, Fisher fisher, Iterable<RowBlock> blocks) {
        BlockDistances distances = new BlockDistances(statistics);
        TapEngine engine = new TapEngine(network, fisher, Precision.DOUBLE, false);
        blocks.forEach(block -> distances.add(engine.taps(block)));
        return distances.distances();
    }

    /** Adds rows. Layers without statistics are left out. */
    public void add(Taps taps) {
        Taps selected = taps.select(statistics.layers());
        rows += taps.rows();
        for (int l = 0; l < norms.size(); l++) {
            norms.get(l).add(selected.layers().get(l));
            projections.get(l).add(selected.layers().get(l));
        }
    }

    /**
     * The distance of each layer, in order.
     *
     * @throws UserException if there are more rows than the statistics are of, or fewer than a sample needs, which is two
     */
    public List<BlockDistance> distances() {
        long all = statistics.rows();
        if (rows > all) {
            throw new UserException("distances: " + rows + " rows were given but the statistics are of " + all
                    + "; give the rows that they were collected from, or a sample of these");
        }
        if (rows < Math.min(all, 2)) {
            throw new UserException(
                    "distances: " + rows + " row(s) of " + all + " cannot say how rows differ; give at least 2");
        }
        List<BlockDistance> distances = new ArrayList<>();
        for (int l = 0; l < norms.size(); l++) {
            double weight = statistics.totalWeight();
            distances.add(new BlockDistance(
                    statistics.layers().get(l).name(),
                    norms.get(l).estimate(all) / (weight * weight),
                    projections.get(l).sum() * ((double) all / rows) / weight,
                    projections.get(l).squaredNorm(),
                    squaredCorrectedNorm(l)));
        }
        return distances;
    }

    private OptionalDouble squaredCorrectedNorm(int layer) {
        if (!statistics.kinds().contains(StatisticKind.EIGEN_CORRECTED)) {
            return OptionalDouble.empty();
        }
        double norm = FisherBlocks.of(statistics, Structure.EIGEN_CORRECTED)
                .block(layer)
                .norm();
        return OptionalDouble.of(norm * norm);
    }
}
