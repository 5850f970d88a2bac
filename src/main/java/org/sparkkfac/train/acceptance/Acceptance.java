package org.sparkkfac.train.acceptance;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.TrainingState;
import org.sparkkfac.train.state.Verdict;

/**
 * The iterate, and what is known of the step that led to it.
 *
 * <pre>{@code
 * an optimiser's step   → WAIT, or what the optimiser has found out itself
 * WAIT                  → ACCEPT   its rows do not speak against it
 *                       → SHORTEN  they do: an eighth of it is left, and waits in its turn
 * what is left of one   → REJECT   its rows speak against that too: the parameters before it
 * }</pre>
 *
 * <p>Rows speak against parameters at which the objective is higher than before the step, or not finite. A step that did
 * not wait is judged by the next gradient alone, which must be finite. The loop judges by the sums of the next step, the
 * end by a request of its own.
 */
public final class Acceptance {
    /** Steps in a row that may be taken back before the run is given up. */
    private static final int MOST_REJECTIONS = 20;

    private final Pass training;
    private final Function<PendingStep, RowSelection> rows;
    private final Regularisation regularisation;
    private PendingStep pending;
    private int rejections;
    private ParameterVector weights;
    private @Nullable ParameterVector before;

    /**
     * That of a state.
     *
     * @param training where rows are asked
     * @param rows the batch of a step
     */
    public Acceptance(
            Pass training,
            Function<PendingStep, RowSelection> rows,
            Regularisation regularisation,
            TrainingState state) {
        this.training = training;
        this.rows = rows;
        this.regularisation = regularisation;
        this.pending = state.progress().pending();
        this.rejections = state.progress().consecutiveRejections();
        this.weights = state.weights().copy();
        this.before = state.before().orElse(null);
    }

    /** θ; shared. */
    public ParameterVector weights() {
        return weights;
    }

    /** The parameters before the last step that an optimiser chose, once there is one; shared. */
    public Optional<ParameterVector> before() {
        return Optional.ofNullable(before);
    }

    /** The step that waits. */
    public PendingStep pending() {
        return pending;
    }

    /** Steps in a row that were taken back. */
    public int consecutiveRejections() {
        return rejections;
    }

    /** The parameters that a verdict on the last step leaves. */
    public ParameterVector at(Verdict verdict) {
        ParameterVector last = before;
        if (last == null) {
            return weights;
        }
        return switch (verdict) {
            case ACCEPT, WAIT -> weights;
            case SHORTEN -> TrainingState.shortened(last, weights);
            case REJECT -> last;
        };
    }

    /** The verdict that leaves less of the last step. */
    public Verdict less(Verdict verdict) {
        return verdict == Verdict.ACCEPT && rejections == 0 ? Verdict.SHORTEN : Verdict.REJECT;
    }

    /** Whether the step that waits was made from all rows. */
    public boolean isOverAll() {
        return pending.rows() == training.blocks().rows();
    }

    /**
     * A request for the gradient at θ, and for the loss of the rows that wait if the gradient's are others.
     *
     * @param batch rows of the gradient
     */
    public Request asking(Request gradient, long batch) {
        boolean isKnown = isOverAll() && batch == pending.rows();
        return pending.isNone() || isKnown ? gradient : gradient.with(new Fit(rows.apply(pending), weights));
    }

    /** Judges the last step by the answer to {@link #asking} and by the objective there; what stays waits no longer. */
    public Verdict judge(Sums sums, Objective here) {
        List<Evaluation> fits = sums.all(Fit.class);
        boolean isNowhere = fits.get(0).weight() > 0 && !here.isFinite();
        if (isAgainst(fits.get(fits.size() - 1), weights) || isNowhere) {
            return less(Verdict.ACCEPT);
        }
        pending = PendingStep.NONE;
        return Verdict.ACCEPT;
    }

    /** Judges the last step by a request of its own, which asks its rows where it led and where less of it leads. */
    public Verdict judge(Network network) {
        if (pending.isNone()) {
            return Verdict.ACCEPT;
        }
        List<Verdict> verdicts = rejections == 0 ? List.of(Verdict.ACCEPT, Verdict.SHORTEN) : List.of(Verdict.ACCEPT);
        List<ParameterVector> trials = verdicts.stream().map(this::at).toList();
        List<Evaluation> found =
                training.run(network, Request.fits(rows.apply(pending), trials)).all(Fit.class);
        for (int i = 0; i < trials.size(); i++) {
            if (!isAgainst(found.get(i), trials.get(i))) {
                return verdicts.get(i);
            }
        }
        return Verdict.REJECT;
    }

    /** Whether the loss of the rows that wait speaks against some parameters. */
    boolean isAgainst(Evaluation ofRows, ParameterVector at) {
        return pending.isRaisedBy(ofRows.meanLoss() + regularisation.value(at), training.precision());
    }

    /**
     * Takes the last step back, all of it or but for an eighth, which waits if the whole did.
     *
     * @param step the number of the step at hand
     * @throws NumericalException if there is no step to take back, or too many in a row have been
     */
    public void takeBack(Verdict verdict, long step) {
        if (before == null || rejections >= MOST_REJECTIONS) {
            throw notFinite("step " + step + ": the loss or its gradient is NaN or infinite"
                    + (before == null
                            ? " at the first parameters"
                            : " after " + MOST_REJECTIONS + " steps taken back"));
        }
        rejections++;
        weights = at(verdict);
        if (verdict == Verdict.REJECT) {
            pending = PendingStep.NONE;
        }
    }

    /**
     * Makes an optimiser's step, unless it leads to parameters that are not finite.
     *
     * @param chosen what the optimiser knows of it
     * @param batch what must be known of it to judge it later
     * @throws NumericalException if it is not made, like too many before it
     */
    public Verdict take(ParameterVector move, Verdict chosen, PendingStep batch, long step) {
        ParameterVector moved = weights.copy();
        moved.add(1, move);
        before = weights;
        if (!moved.isFinite()) {
            if (rejections >= MOST_REJECTIONS) {
                throw notFinite("step " + step + ": it leads to parameters that are NaN or infinite, like "
                        + MOST_REJECTIONS + " before it");
            }
            rejections++;
            return Verdict.REJECT;
        }
        pending = chosen == Verdict.WAIT ? batch : PendingStep.NONE;
        rejections = 0;
        weights = moved;
        return chosen;
    }

    /** The failure of a training whose loss is not finite. */
    static NumericalException notFinite(String problem) {
        return new NumericalException(
                problem
                        + "; scale the features, lower the learning rate, start from smaller weights, or look at the weights of"
                        + " the rows and the decay of the parameters",
                Component.LEARNING_RATE,
                Component.WEIGHT,
                Component.DECAY);
    }
}
