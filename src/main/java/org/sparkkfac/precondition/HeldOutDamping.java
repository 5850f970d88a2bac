package org.sparkkfac.precondition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;

/**
 * Chooses λ by the held-out log-likelihood of the linearised model.
 *
 * <p>The step {@code δ = −P_λ g} of the training statistics changes the mean loss of held-out rows, to second order in the
 * linearised model, by {@code m(λ) = g_vᵀδ + ½ δᵀF_v δ}, with the gradient g_v and the Fisher blocks F_v of these rows.
 * Too little damping trusts directions that the training rows hardly determine, too much leaves the gradient as it is;
 * the lowest m is between. A grid of λ, half a decade apart around the mean eigenvalue of the blocks, is refined around
 * its best.
 */
public final class HeldOutDamping {
    private static final int DECADES_BELOW = 9;
    private static final int DECADES_ABOVE = 4;
    private static final int REFINEMENTS = 3;

    private final FisherBlocks training;
    private final ParameterVector gradient;
    private final FisherBlocks heldOut;
    private final ParameterVector heldOutGradient;
    private final Method method;
    private final int threads;

    /**
     * One λ that was tried.
     *
     * @param damping λ
     * @param change m(λ), the predicted change of the mean held-out loss
     */
    public record Trial(double damping, double change) {}

    /**
     * What was found.
     *
     * @param best the trial with the lowest change
     * @param sweep all trials, by increasing damping
     */
    public record Choice(Trial best, List<Trial> sweep) {
        /** Copies the list. */
        public Choice {
            sweep = List.copyOf(sweep);
        }
    }

    /** A choice between inverses of the training blocks; both blocks are in the method's structure. */
    public HeldOutDamping(
            FisherBlocks training,
            ParameterVector gradient,
            FisherBlocks heldOut,
            ParameterVector heldOutGradient,
            Method method,
            int threads) {
        if (!training.layers().equals(heldOut.layers())) {
            throw new UserException(
                    "the held-out statistics are of other layers than those to be inverted; collect both"
                            + " with one model");
        }
        this.training = training;
        this.gradient = gradient;
        this.heldOut = heldOut;
        this.heldOutGradient = heldOutGradient;
        this.method = method;
        this.threads = threads;
    }

    /**
     * Tries dampings and returns the best.
     *
     * @throws UserException if no λ on the grid lowers the held-out loss
     */
    public Choice choose() {
        double scale = meanEigenvalue();
        Preconditioner widest =
                Preconditioner.invert(training, method, Damping.absolute(scale * Math.pow(10, DECADES_ABOVE)), threads);
        List<Trial> trials = new ArrayList<>();
        for (int half = -2 * DECADES_BELOW; half <= 2 * DECADES_ABOVE; half++) {
            trials.add(trial(widest, scale * Math.pow(10, half / 2.0)));
        }
        double ratio = Math.sqrt(10);
        for (int i = 0; i < REFINEMENTS; i++) {
            ratio = Math.sqrt(ratio);
            double best = best(trials).damping();
            trials.add(trial(widest, best / ratio));
            trials.add(trial(widest, best * ratio));
        }
        Trial best = best(trials);
        if (!(best.change() < 0)) {
            throw new UserException(
                    "no damping lowers the held-out loss: the training gradient does not help these rows;"
                            + " give the damping a number",
                    Component.DAMPING);
        }
        trials.removeIf(trial -> !Double.isFinite(trial.change()));
        trials.sort(Comparator.comparingDouble(Trial::damping));
        return new Choice(best, trials);
    }

    private static Trial best(List<Trial> trials) {
        return trials.stream().min(Comparator.comparingDouble(Trial::change)).orElseThrow();
    }

    private double meanEigenvalue() {
        double trace = 0;
        double parameters = 0;
        for (int i = 0; i < training.shapes().size(); i++) {
            trace += training.block(i).trace();
            parameters += training.shapes().get(i).parameters();
        }
        if (!(trace > 0)) {
            throw new UserException(
                    "the statistics are all zero; there is no scale for a damping: give the damping a number",
                    Component.DAMPING);
        }
        return trace / parameters;
    }

    private Trial trial(Preconditioner decomposed, double damping) {
        try {
            double change = change(redamped(decomposed, damping));
            return new Trial(damping, Double.isNaN(change) ? Double.POSITIVE_INFINITY : change);
        } catch (NumericalException e) {
            return new Trial(damping, Double.POSITIVE_INFINITY); // singular: not a candidate
        }
    }

    /** Damps anew what allows it, such as an eigendecomposition; other blocks are inverted again. */
    private Preconditioner redamped(Preconditioner decomposed, double damping) {
        List<LayerInverse> inverses = new ArrayList<>();
        for (LayerInverse inverse : decomposed.layers()) {
            Optional<LayerInverse> damped = inverse.withDamping(damping);
            if (damped.isEmpty()) {
                return Preconditioner.invert(training, method, Damping.absolute(damping), threads);
            }
            inverses.add(damped.get());
        }
        return new Preconditioner(method, decomposed.shapes(), inverses);
    }

    private double change(Preconditioner preconditioner) {
        ParameterVector step = preconditioner.apply(gradient);
        step.scale(-1);
        List<DoubleMatrix> blocks = preconditioner.split(step);
        double curvature = 0;
        for (int i = 0; i < blocks.size(); i++) {
            curvature += blocks.get(i).dot(heldOut.block(i).multiply(blocks.get(i)));
        }
        return heldOutGradient.dot(step) + 0.5 * curvature;
    }
}
