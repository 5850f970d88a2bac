package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticKind;

/**
 * A call of the port {@link org.sparkkfac.stats.StepPass} as the settings foretell it, for who reckons what training takes.
 * What a step really asks is a {@link org.sparkkfac.stats.StepRequest}.
 *
 * @param often how many of these calls a step makes, on average
 * @param gradient whether loss and gradient of all the step's rows are wanted
 * @param statistics the statistics that are wanted too
 * @param directions vectors v_i of which products {@code v_iᵀFv_j} are wanted, at most
 * @param productsShare the share of the rows that these are taken over
 * @param trials other parameters at which the loss of all the step's rows is wanted
 * @param checked in what share of these calls the loss of the step before on its own rows is wanted too
 */
public record StepCall(
        double often,
        boolean gradient,
        Optional<Statistics> statistics,
        int directions,
        double productsShare,
        int trials,
        double checked) {
    /**
     * Statistics of some of the rows.
     *
     * @param kinds which
     * @param fisher over which labels
     * @param share of the step's rows
     * @param inBases whether eigenbases of all layers are sent to measure them in
     */
    public record Statistics(List<StatisticKind> kinds, Fisher fisher, double share, boolean inBases) {}

    /** Loss and gradient. */
    static StepCall ofGradient() {
        return new StepCall(1, true, Optional.empty(), 0, 0, 0, 0);
    }

    /** Products of the Fisher matrix with directions. */
    static StepCall ofProducts(int directions, double share) {
        return new StepCall(1, false, Optional.empty(), directions, share, 0, 0);
    }

    /** The loss at other parameters. */
    static StepCall ofTrials(int trials) {
        return new StepCall(1, false, Optional.empty(), 0, 0, trials, 0);
    }

    /** The same with statistics too. */
    StepCall with(Statistics wanted) {
        return new StepCall(often, gradient, Optional.of(wanted), directions, productsShare, trials, checked);
    }

    /** The same where another share of the steps before is checked. */
    public StepCall withChecks(double newChecked) {
        return new StepCall(often, gradient, statistics, directions, productsShare, trials, newChecked);
    }

    /** The same in some steps only. */
    StepCall times(double factor) {
        return new StepCall(factor * often, gradient, statistics, directions, productsShare, trials, checked);
    }

    /** The Fisher matrix that a task prepares for. */
    public Fisher fisher() {
        return statistics.map(Statistics::fisher).orElse(Fisher.empirical());
    }

    /** Which statistics are wanted. */
    public List<StatisticKind> kinds() {
        return statistics.map(Statistics::kinds).orElse(List.of());
    }

    /** At how many parameters beside the network's a loss is wanted, at most. */
    public int evaluations() {
        return trials + (checked > 0 ? 1 : 0);
    }

    /** Bytes of the sums. */
    public long stateBytes(List<LayerShape> layers) {
        long bytes = gradient ? LayerShape.bytes(layers) : 0;
        for (StatisticKind kind : kinds()) {
            bytes += kind.bytes(layers);
        }
        return bytes;
    }

    /** Bytes that every task is sent: the network, directions or trials, bases. */
    public long messageBytes(List<LayerShape> layers) {
        boolean inBases = statistics.isPresent() && statistics.get().inBases();
        return (1L + directions + evaluations()) * LayerShape.bytes(layers) + (inBases ? EigenBasis.bytes(layers) : 0);
    }

    /** Floating-point operations for each of the step's rows, counted as in {@code StatisticsPlan.flopsOfRow}. */
    public double flopsOfRow(Network network) {
        double forward = TapEngine.flopsOfRow(network, 0);
        double column = TapEngine.flopsOfRow(network, 1) - forward;
        double parameters =
                network.layers().stream().mapToLong(LayerShape::parameters).sum();
        double flops = gradient ? forward + column + 2 * parameters : 0;
        if (statistics.isPresent()) {
            Statistics wanted = statistics.get();
            int columns = wanted.fisher().columns(network.outputs());
            boolean known = gradient && wanted.share() == 1 && wanted.fisher().equals(Fisher.empirical());
            double ofRow = (known ? 0 : columns * column) + (gradient ? 0 : forward);
            for (StatisticKind kind : wanted.kinds()) {
                ofRow += kind.flopsOfRow(network.layers(), columns);
            }
            flops += wanted.share() * ofRow;
        }
        return flops + productsShare * (1 + 2 * directions) * forward + (trials + checked) * forward;
    }
}
