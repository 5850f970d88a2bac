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

    /** Which iterate competes with the average: the last one, or less of the last step. */
    private ModelChoice iterate;

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
        this.iterate = average.isBetter() ? ModelChoice.LAST : state.choice();
    }

    TrainingState state() {
        return state(average.isBetter() ? ModelChoice.AVERAGE : iterate);
    }

    private TrainingState state(ModelChoice choice) {
        return new TrainingState(
                progress, weights, Optional.ofNullable(before), average.parameters(), choice, optimiser.memory());
    }

    Progress progress() {
        return progress;
    }

    /** Makes a step. */
    StepRecord step() {
        fit = null;
        iterate = ModelChoice.LAST;
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
        average.update(k, weights);
        StepCost cost = step.figures().cost(1e-9 * (surroundings.nanoseconds().getAsLong() - start));
        progress = progress.withStep(batch.next(), batch.rows().rows(), cost, troubles, check.step());
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

    /** Validates after a step where that is due, and after the last one. */
    StepRecord validated(StepRecord step, boolean isLast) {
        return isLast || step.step() % settings.validationPeriod() == 0 ? step.withValidation(validate()) : step;
    }

    /** Moves the parameters and returns how far. */
    private double move(Step step, StepSums sums) {
        if (check.fails(sums, weights)) {
            return takeBack(step);
        }
        if (!(sums.fit().weight() > 0)) {
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
            check.begin(new Unchecked(progress.cursor(), step.rows().rows(), objective.value()));
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
        troubles++;
        average.forget(step.number() - 1, weights);
        weights = first ? StepCheck.shortened(last, weights) : last;
        if (!first) {
            check.end();
        }
        optimiser.refused();
        step.figures().end(first ? StepOutcome.SHORTENED : StepOutcome.REFUSED);
        ParameterVector move = weights.copy();
        move.add(-1, step.network().parameters());
        return move.norm();
    }

    private Optional<StepRecord.Validation> validate() {
        if (validation.isEmpty()) {
            return Optional.empty();
        }
        fit = null; // may be that of the other of iterate and average
        Evaluation found =
                average.evaluate(validation.get(), network, state(iterate).model());
        double known = progress.bestLoss();
        progress = progress.withValidation(found.meanLoss());
        return Optional.of(new StepRecord.Validation(found.meanLoss(), found.score(), found.meanLoss() < known));
    }

    /**
     * At the end, where neither a validation nor the target loss has judged it: all rows decide between iterate and average. A
     * last step that raised the loss of its rows, or led to where the loss is not finite, counts for an eighth or not at all.
     * The state to go on from stays: a next step would take that step back itself.
     *
     * @throws NumericalException if the loss is not finite before that step either
     */
    void chooseModel(StopReason reason) {
        if (Double.isFinite(progress.bestLoss()) || reason == StopReason.TARGET_LOSS) {
            return;
        }
        iterate = check.isOverAll() ? ModelChoice.LAST : judgedByItsRows();
        Evaluation known = fit;
        Evaluation found = known == null || iterate != ModelChoice.LAST ? fitTraining() : known;
        while (!isModel(found)) {
            iterate = less();
            found = fitTraining();
        }
    }

    /** One job asks the rows of the last step at where it led, and at where less of it leads. */
    private ModelChoice judgedByItsRows() {
        if (check.step().isNone()) {
            return ModelChoice.LAST;
        }
        List<ModelChoice> choices =
                troubles == 0 ? List.of(ModelChoice.LAST, ModelChoice.SHORTENED) : List.of(ModelChoice.LAST);
        List<ParameterVector> trials =
                choices.stream().map(choice -> state(choice).model()).toList();
        List<Evaluation> found = training.pass(network, check.request(trials)).trials();
        for (int i = 0; i < choices.size(); i++) {
            if (!check.fails(found.get(i), trials.get(i))) {
                return choices.get(i);
            }
        }
        return ModelChoice.BEFORE;
    }

    private boolean isModel(Evaluation found) {
        boolean isFinite = !(found.weight() > 0) || Double.isFinite(found.meanLoss()); // no weight, no loss to speak of
        boolean isKnown = average.isBetter() || iterate == ModelChoice.BEFORE || !check.isOverAll();
        return isFinite && (isKnown || !check.fails(found, state(iterate).model()));
    }

    private ModelChoice less() {
        if (before == null || iterate == ModelChoice.BEFORE) {
            throw new NumericalException("after step " + progress.step()
                    + " the loss over all rows is NaN or infinite, as it was before that step; " + MEND);
        }
        return iterate == ModelChoice.LAST && troubles == 0 ? ModelChoice.SHORTENED : ModelChoice.BEFORE;
    }

    private Evaluation fitTraining() {
        Evaluation found = average.evaluate(training, network, state(iterate).model());
        fit = found;
        return found;
    }

    /** Loss and score of the model over all rows that are learnt from, if they have been asked since the last step. */
    Optional<Evaluation> fit() {
        return Optional.ofNullable(fit);
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
        return fitTraining().meanLoss() <= settings.stopping().targetLoss();
    }

    void metricsAt(long position) {
        progress = progress.withMetrics(position);
    }
}
