package org.sparkkfac.train;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.ModelFits;
import org.sparkkfac.train.acceptance.ModelJudge;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.acceptance.StepCheck;
import org.sparkkfac.train.acceptance.StepOutcome;
import org.sparkkfac.train.optimiser.Optimiser;
import org.sparkkfac.train.optimiser.Step;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;

/** One run of the loop, from a state to its end. */
final class TrainingRun {
    /** So many steps in a row may be taken back before the run is given up. */
    private static final int MOST_TROUBLES = 20;

    /** An average of iterates may have reached a loss while theirs are still so many times higher. */
    private static final double PROMISE_OF_AVERAGE = 10;

    private final Network network;
    private final Pass training;
    private final Optional<Pass> validation;
    private final TrainingSettings settings;
    private final Environment surroundings;
    private final Batches batches;
    private final Optimiser optimiser;
    private final IterateAverage average;
    private final StepCheck check;
    private TrainingCounters progress;
    private ParameterVector weights;
    private @Nullable ParameterVector before;
    private int consecutiveRejections;
    private ModelChoice choice;

    /** Over all rows that are learnt from; null where these have not been asked since the last step. */
    private @Nullable ModelFits fits;

    TrainingRun(Trainer trainer, TrainingState state) {
        this.network = trainer.network();
        this.training = trainer.training();
        this.validation = trainer.validation();
        this.settings = trainer.settings();
        this.surroundings = trainer.surroundings();
        this.batches = new Batches(training.blocks(), settings.batch().chunkRows(), settings.seed());
        this.optimiser = settings.optimiser().create(network.layers(), state.memory());
        this.average = new IterateAverage(settings.iterateDecay(), state.average());
        this.check = new StepCheck(
                training,
                this::rows,
                settings.regularisation(),
                state.progress().unchecked());
        this.progress = state.progress();
        this.weights = state.weights().copy();
        this.before = state.before().orElse(null);
        this.consecutiveRejections = state.progress().consecutiveRejections();
        this.choice = state.choice();
    }

    TrainingState state() {
        return new TrainingState(
                progress, weights, Optional.ofNullable(before), average.parameters(), choice, optimiser.memory());
    }

    private RowSelection rows(PendingStep step) {
        return batches.next(step.cursor(), step.rows()).rows();
    }

    TrainingCounters progress() {
        return progress;
    }

    /** Makes a step. */
    StepRecord step() {
        fits = null;
        choice = choice == ModelChoice.AVERAGE ? choice : ModelChoice.LAST;
        long start = surroundings.nanoseconds().getAsLong();
        long k = progress.step() + 1;
        long n = training.blocks().rows();
        Batches.Batch batch = batches.next(progress.cursor(), settings.batch().at(k, n));
        Step step = new Step(
                k,
                network.withParameters(weights),
                batch.rows(),
                training,
                settings.regularisation(),
                settings.seed(),
                surroundings.nanoseconds(),
                surroundings.threads(),
                surroundings.inversion());
        Request request = optimiser.request(step, Request.gradient(step.network(), step.rows()));
        Sums sums = step.ask(step.network(), check.extend(request, step.rows().rows(), weights));
        double distance = move(step, sums);
        average.update(k, weights);
        StepCost cost = step.figures().cost(1e-9 * (surroundings.nanoseconds().getAsLong() - start));
        progress = progress.withStep(batch.next(), batch.rows().rows(), cost, consecutiveRejections, check.step());
        return new StepRecord(
                k,
                (double) progress.rowsSeen() / n,
                batch.rows().rows(),
                sums.of(Fit.class).meanLoss(),
                sums.of(Fit.class).score(),
                sums.of(Fit.class).scoreName(),
                step.figures().choice(),
                step.figures().outcome(),
                distance,
                cost,
                Optional.empty());
    }

    /** Validates after a step where that is due, and after the last one. */
    StepRecord validated(StepRecord step, boolean isLast) {
        return isLast || step.step() % settings.validationPeriod() == 0 ? step.withValidation(validate()) : step;
    }

    /** Moves the parameters and returns how far. */
    private double move(Step step, Sums sums) {
        if (check.fails(sums, weights)) {
            return takeBack(step);
        }
        if (!(sums.of(Fit.class).weight() > 0)) {
            check.end();
            return 0; // nothing to learn from
        }
        Objective objective = Objective.of(step.network(), sums, settings.regularisation());
        if (!objective.isFinite()) {
            return takeBack(step);
        }
        check.end();
        ParameterVector move = optimiser.move(step, objective, sums);
        ParameterVector moved = weights.copy();
        moved.add(1, move);
        before = weights;
        if (!moved.isFinite()) {
            return refuse(step);
        }
        if (optimiser.takesBackRaises() && !step.figures().isChecked()) {
            check.begin(new PendingStep(progress.cursor(), step.rows().rows(), objective.value()));
        }
        consecutiveRejections = 0;
        weights = moved;
        return move.norm();
    }

    /** A step to where parameters are not finite is not made. */
    private double refuse(Step step) {
        if (consecutiveRejections >= MOST_TROUBLES) {
            throw StepCheck.notFinite("step " + step.number()
                    + ": it leads to parameters that are NaN or infinite, like " + MOST_TROUBLES + " before it");
        }
        consecutiveRejections++;
        optimiser.refused();
        step.figures().end(StepOutcome.REFUSED);
        return 0;
    }

    /** The step before led to where the loss is not finite, or higher: an eighth of it is left, and when that helps not, nothing. */
    private double takeBack(Step step) {
        ParameterVector last = before;
        if (last == null || consecutiveRejections >= MOST_TROUBLES) {
            throw StepCheck.notFinite("step " + step.number() + ": the loss or its gradient is NaN or infinite"
                    + (last == null ? " at the first parameters" : " after " + MOST_TROUBLES + " steps taken back"));
        }
        boolean first = consecutiveRejections == 0;
        consecutiveRejections++;
        average.forget(step.number() - 1, weights);
        weights = first ? TrainingState.shortened(last, weights) : last;
        if (!first) {
            check.end();
        }
        optimiser.refused();
        step.figures().end(first ? StepOutcome.SHORTENED : StepOutcome.REFUSED);
        ParameterVector move = weights.copy();
        move.add(-1, step.network().parameters());
        return move.norm();
    }

    /** Validates the last step, if there are rows to do so. */
    Optional<StepRecord.Validation> validate() {
        if (validation.isEmpty()) {
            return Optional.empty();
        }
        fits = null; // they may be those of another choice
        Evaluation found = choose(validation.get()).best();
        double known = progress.bestLoss();
        progress = progress.withValidation(found.meanLoss());
        return Optional.of(new StepRecord.Validation(found.meanLoss(), found.score(), found.meanLoss() < known));
    }

    /** All of some rows choose between the last parameters and the average. */
    private ModelFits choose(Pass rows) {
        ModelFits found = ModelFits.of(rows, network, weights, average.parameters());
        choice = found.isAverageBetter() ? ModelChoice.AVERAGE : ModelChoice.LAST;
        return found;
    }

    /**
     * At the end chooses the model, where neither a validation nor the target loss has. The state to go on from stays: a next
     * step would itself take back what is not in the model.
     *
     * @throws NumericalException if the loss over all rows is not finite
     */
    void chooseModel(StopReason reason) {
        if (Double.isFinite(progress.bestLoss()) || reason == StopReason.TARGET_LOSS) {
            return;
        }
        ModelJudge.FinalModel verdict = new ModelJudge(network, training, check, state()).judge(fits);
        choice = verdict.choice();
        fits = verdict.fits();
    }

    /** Loss and score of the model over all rows that are learnt from, if they have been asked since the last step. */
    Optional<Evaluation> fit() {
        return Optional.ofNullable(fits).map(ModelFits::best);
    }

    /** Whether the validations so far are reason to stop. */
    Optional<StopReason> losesPatience() {
        return progress.checksSinceBest() >= settings.stopping().patience()
                ? Optional.of(StopReason.PATIENCE)
                : Optional.empty();
    }

    /** Why to stop after a step with this record whatever its validation will say, if there is a reason. */
    Optional<StopReason> stops(StepRecord step) {
        if (reachesTarget(step)) {
            return Optional.of(StopReason.TARGET_LOSS);
        }
        return settings.stopping()
                .reached(progress, training.blocks().rows())
                .or(() -> surroundings.stopRequested().getAsBoolean()
                        ? Optional.of(StopReason.REQUEST)
                        : Optional.empty());
    }

    /** All rows are asked only where the rows of a step promise it, and then not again before as many have been seen. */
    private boolean reachesTarget(StepRecord step) {
        double promise = average.parameters().isEmpty() ? 1 : PROMISE_OF_AVERAGE;
        if (!(step.loss() <= promise * settings.stopping().targetLoss())) {
            return false;
        }
        long n = training.blocks().rows();
        if (progress.targetChecked() >= 0 && progress.rowsSeen() - progress.targetChecked() < n) {
            return false;
        }
        progress = progress.withTargetChecked();
        ModelFits found = choose(training);
        fits = found;
        return found.best().meanLoss() <= settings.stopping().targetLoss();
    }

    void metricsAt(long position) {
        progress = progress.withMetrics(position);
    }
}
