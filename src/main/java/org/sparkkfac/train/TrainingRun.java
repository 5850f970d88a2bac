package org.sparkkfac.train;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;

/** One run of the loop, from a state to its end. */
final class TrainingRun {
    /** So many steps in a row may be taken back before the run is given up. */
    private static final int MOST_TROUBLES = 20;

    /** What is left of a step that led to where the loss is not finite, or higher, before all of it is taken back. */
    private static final double SHORTENED = 0.125;

    /** An average of iterates may have reached a loss while theirs are still so many times higher. */
    private static final double PROMISE_OF_AVERAGE = 10;

    private static final String MEND =
            "scale the features, lower the learning rate, start from smaller weights, or look at data.weight and train.decay";

    private final Network network;
    private final StepPass training;
    private final Optional<StepPass> validation;
    private final TrainingSettings settings;
    private final Surroundings surroundings;
    private final Batches batches;
    private final Optimiser optimiser;
    private final IterateAverage average;
    private final StepCheck check;
    private Progress progress;
    private ParameterVector weights;
    private @Nullable ParameterVector before;
    private int troubles;
    private Optional<StopReason> limit = Optional.empty();

    /** Of the model, over all rows; null where these have not been asked since the last step. */
    private @Nullable Evaluation fit;

    TrainingRun(Trainer trainer, TrainingState state) {
        this.network = trainer.network();
        this.training = trainer.training();
        this.validation = trainer.validation();
        this.settings = trainer.settings();
        this.surroundings = trainer.surroundings();
        this.batches = new Batches(training.blocks(), settings.batch().chunkRows(), settings.seed());
        this.optimiser = settings.optimiser().create(network.layers(), state.memory());
        this.average = new IterateAverage(settings.iterateMemory(), state);
        this.check = new StepCheck(
                training, batches, settings.regularisation(), state.progress().unchecked());
        this.progress = state.progress();
        this.weights = state.weights().copy();
        this.before = state.before().orElse(null);
        this.troubles = state.progress().troubles();
    }

    TrainingState state() {
        return new TrainingState(
                progress,
                weights,
                Optional.ofNullable(before),
                average.parameters(),
                average.isBetter(),
                optimiser.memory());
    }

    Progress progress() {
        return progress;
    }

    /** Makes a step. */
    StepRecord step() {
        fit = null;
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
                surroundings);
        StepRequest request = optimiser.request(step, StepRequest.gradient(step.rows()));
        StepSums sums = step.ask(step.network(), check.extend(request, weights));
        double distance = move(step, sums);
        limit = settings.stopping().reached(after(batch, step.figures().cost(seconds(start))), n);
        if (limit.isPresent()) {
            distance = settle(step, distance);
        }
        average.update(k, weights);
        StepCost cost = step.figures().cost(seconds(start));
        progress = after(batch, cost);
        return new StepRecord(
                k,
                (double) progress.rowsSeen() / n,
                batch.rows().rows(),
                sums.fit().meanLoss(),
                sums.fit().score(),
                sums.fit().scoreName(),
                step.figures().choice(),
                step.figures().outcome(),
                distance,
                cost,
                Optional.empty());
    }

    private double seconds(long start) {
        return 1e-9 * (surroundings.nanoseconds().getAsLong() - start);
    }

    private Progress after(Batches.Batch batch, StepCost cost) {
        return progress.withStep(batch.next(), batch.rows().rows(), cost, troubles, check.step());
    }

    /** Validates after a step where that is due, and after the last one. */
    StepRecord validated(StepRecord step, boolean isLast) {
        return isLast || step.step() % settings.validationPeriod() == 0 ? step.withValidation(validate()) : step;
    }

    /** Moves the parameters and returns how far. */
    private double move(Step step, StepSums sums) {
        if (check.fails(sums, weights)) {
            return takeBack(step);
        }
        check.end();
        if (!(sums.fit().weight() > 0)) {
            return 0; // nothing to learn from
        }
        Objective objective = Objective.of(step.network(), sums, settings.regularisation());
        if (!objective.isFinite()) {
            return takeBack(step);
        }
        ParameterVector move = optimiser.move(step, objective, sums);
        ParameterVector moved = weights.copy();
        moved.add(1, move);
        before = weights;
        if (!moved.isFinite()) {
            return refuse(step);
        }
        if (optimiser.takesBackRaises() && !step.figures().isChecked()) {
            check.take(new Unchecked(progress.cursor(), step.rows().rows(), objective.value()));
        }
        troubles = 0;
        weights = moved;
        return move.norm();
    }

    /** A step to where parameters are not finite is not made. */
    private double refuse(Step step) {
        if (troubles >= MOST_TROUBLES) {
            throw new NumericalException(
                    "step " + step.number() + ": it leads to parameters that are NaN or infinite, like " + MOST_TROUBLES
                            + " before it; " + MEND);
        }
        troubles++;
        optimiser.refused();
        step.figures().end(StepOutcome.REFUSED);
        return 0;
    }

    /** The step before led to where the loss is not finite, or higher: an eighth of it is left, and when that helps not, nothing. */
    private double takeBack(Step step) {
        ParameterVector last = before;
        if (last == null || troubles >= MOST_TROUBLES) {
            throw new NumericalException("step " + step.number() + ": the loss or its gradient is NaN or infinite"
                    + (last == null ? " at the first parameters" : " after " + MOST_TROUBLES + " steps taken back")
                    + "; " + MEND);
        }
        boolean first = troubles == 0;
        return returnTo(first ? shortened(last) : last, step, first ? StepOutcome.SHORTENED : StepOutcome.REFUSED);
    }

    /** What an eighth of the step from {@code last} would have led to. */
    private ParameterVector shortened(ParameterVector last) {
        ParameterVector part = last.copy();
        part.scale(1 - SHORTENED);
        part.add(SHORTENED, weights);
        return part;
    }

    private double returnTo(ParameterVector there, Step step, StepOutcome outcome) {
        troubles++;
        weights = there;
        if (outcome == StepOutcome.REFUSED) {
            check.end();
        }
        optimiser.refused();
        step.figures().end(outcome);
        ParameterVector move = there.copy();
        move.add(-1, step.network().parameters());
        return move.norm();
    }

    /**
     * The last step has no next one that could look at its rows: they are asked in a job of its own, at an eighth of the step
     * too. Returns how far the parameters moved in all.
     */
    private double settle(Step step, double distance) {
        ParameterVector last = before;
        if (last == null || check.step().isNone()) {
            return distance;
        }
        ParameterVector part = shortened(last);
        List<Evaluation> found =
                step.ask(step.network(), check.request(List.of(weights, part))).trials();
        boolean fails = check.fails(found.get(0), weights);
        boolean partFails = check.fails(found.get(1), part);
        check.end();
        if (!fails) {
            return distance;
        }
        return partFails ? returnTo(last, step, StepOutcome.REFUSED) : returnTo(part, step, StepOutcome.SHORTENED);
    }

    private Optional<StepRecord.Validation> validate() {
        if (validation.isEmpty()) {
            return Optional.empty();
        }
        fit = null; // may be that of the other of iterate and average
        Evaluation found = average.evaluate(validation.get(), network, weights);
        double known = progress.bestLoss();
        progress = progress.withValidation(found.meanLoss());
        return Optional.of(new StepRecord.Validation(found.meanLoss(), found.score(), found.meanLoss() < known));
    }

    /**
     * At the end, where no validation knows a model with a finite loss: all rows decide between iterate and average, and a
     * last step that led to where the loss is not finite is taken back.
     *
     * @throws NumericalException if the loss is not finite before that step either
     */
    void chooseModel() {
        if (Double.isFinite(progress.bestLoss())) {
            return;
        }
        Evaluation known = fit;
        if (isFinite(known == null ? fitTraining() : known)) {
            return;
        }
        ParameterVector last = before;
        if (last != null) {
            weights = last;
            optimiser.refused();
            troubles++;
            check.end();
            progress = progress.withLastTakenBack(troubles);
        }
        if (last == null || !isFinite(fitTraining())) {
            throw new NumericalException("after step " + progress.step()
                    + " the loss over all rows is NaN or infinite, as it was before that step; " + MEND);
        }
    }

    private Evaluation fitTraining() {
        Evaluation found = average.evaluate(training, network, weights);
        fit = found;
        return found;
    }

    /** Loss and score of the model over all rows that are learnt from, if they have been asked since the last step. */
    Optional<Evaluation> fit() {
        return Optional.ofNullable(fit);
    }

    /** Rows without weight have no loss to speak of. */
    private static boolean isFinite(Evaluation found) {
        return !(found.weight() > 0) || Double.isFinite(found.meanLoss());
    }

    /** Whether the validations so far are reason to stop. */
    Optional<StopReason> losesPatience() {
        return progress.checksSinceBest() >= settings.stopping().patience()
                ? Optional.of(StopReason.PATIENCE)
                : Optional.empty();
    }

    /** Why to stop after a step with this record whatever a validation says, if there is a reason. */
    Optional<StopReason> stops(StepRecord step) {
        if (reachesTarget(step)) {
            return Optional.of(StopReason.TARGET_LOSS);
        }
        return limit.isEmpty() && surroundings.stopRequested().getAsBoolean() ? Optional.of(StopReason.REQUEST) : limit;
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
        return fitTraining().meanLoss() <= settings.stopping().targetLoss();
    }

    void metricsAt(long position) {
        progress = progress.withMetrics(position);
    }
}
