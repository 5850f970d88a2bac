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
import org.sparkkfac.train.acceptance.Acceptance;
import org.sparkkfac.train.acceptance.FinalModel;
import org.sparkkfac.train.acceptance.ModelFits;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.optimiser.Move;
import org.sparkkfac.train.optimiser.Optimiser;
import org.sparkkfac.train.optimiser.Step;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;
import org.sparkkfac.train.state.Verdict;

/** One run of the loop, from a state to its end. */
final class TrainingRun {
    /** The average of the iterates may have reached a loss while their own is this much higher. */
    private static final double PROMISE_OF_AVERAGE = 10;

    private final Network network;
    private final Pass training;
    private final Optional<Pass> validation;
    private final TrainingSettings settings;
    private final Environment environment;
    private final Batches batches;
    private final Optimiser optimiser;
    private final IterateAverage average;
    private final Acceptance acceptance;
    private TrainingCounters progress;
    private ModelChoice choice;

    /** Over all rows that are learnt from; null where these have not been asked since the last step. */
    private @Nullable ModelFits fits;

    TrainingRun(Trainer trainer, TrainingState state) {
        this.network = trainer.network();
        this.training = trainer.training();
        this.validation = trainer.validation();
        this.settings = trainer.settings();
        this.environment = trainer.environment();
        this.batches = new Batches(training.blocks(), settings.batch().chunkRows(), settings.seed());
        boolean isStart = state.optimiser().equals(OptimiserState.empty());
        this.optimiser =
                settings.optimiser().create(isStart ? settings.optimiser().start(network.layers()) : state.optimiser());
        this.average = new IterateAverage(settings.iterateDecay(), state.average());
        this.acceptance = new Acceptance(training, this::rows, settings.regularisation(), state);
        this.progress = state.progress();
        this.choice = state.choice();
    }

    TrainingState state() {
        return new TrainingState(
                progress, acceptance.weights(), acceptance.before(), average.parameters(), choice, optimiser.state());
    }

    private RowSelection rows(PendingStep step) {
        return batches.next(step.cursor(), step.rows()).rows();
    }

    TrainingCounters progress() {
        return progress;
    }

    /** What became of a step. */
    private record Outcome(Verdict verdict, StepChoice choice, double distance) {}

    /** Makes a step. */
    StepRecord step() {
        fits = null;
        choice = choice == ModelChoice.AVERAGE ? choice : ModelChoice.LAST;
        StepAccount account = new StepAccount(training, environment);
        long k = progress.step() + 1;
        long n = training.blocks().rows();
        Batches.Batch batch = batches.next(progress.cursor(), settings.batch().at(k, n));
        Network here = network.withParameters(acceptance.weights());
        Step step = new Step(k, here, batch.rows(), settings.regularisation(), settings.seed(), account, account);
        Request request = optimiser.request(step, Request.gradient(here, step.rows()));
        Sums sums = account.run(here, acceptance.asking(request, step.rows().rows()));
        Outcome outcome = outcome(step, sums);
        average.update(k, acceptance.weights());
        StepCost cost = account.cost();
        progress = progress.withStep(
                batch.next(), batch.rows().rows(), cost, acceptance.consecutiveRejections(), acceptance.pending());
        return new StepRecord(
                k,
                (double) progress.rowsSeen() / n,
                batch.rows().rows(),
                sums.of(Fit.class).meanLoss(),
                sums.of(Fit.class).score(),
                sums.of(Fit.class).scoreName(),
                outcome.choice(),
                outcome.verdict() == Verdict.WAIT ? Verdict.ACCEPT : outcome.verdict(),
                outcome.distance(),
                cost,
                Optional.empty());
    }

    /** Takes the last step back if the sums speak against it; else makes the optimiser's next one. */
    private Outcome outcome(Step step, Sums sums) {
        Objective objective = Objective.of(step.network(), sums, settings.regularisation());
        Verdict last = acceptance.judge(sums, objective);
        if (last != Verdict.ACCEPT) {
            return takeBack(step, last);
        }
        if (!(sums.of(Fit.class).weight() > 0)) {
            return new Outcome(Verdict.ACCEPT, StepChoice.NONE, 0); // nothing to learn from
        }
        Move move = optimiser.move(step, objective, sums);
        PendingStep batch = new PendingStep(progress.cursor(), step.rows().rows(), objective.value());
        Verdict verdict = acceptance.take(move.delta(), move.verdict(), batch, step.number());
        if (verdict == Verdict.REJECT && move.verdict() != Verdict.REJECT) {
            optimiser.rejected();
            return new Outcome(verdict, move.choice(), 0);
        }
        return new Outcome(verdict, move.choice(), move.delta().norm());
    }

    private Outcome takeBack(Step step, Verdict verdict) {
        ParameterVector taken = acceptance.weights();
        acceptance.takeBack(verdict, step.number());
        average.forget(step.number() - 1, taken);
        optimiser.rejected();
        ParameterVector move = acceptance.weights().copy();
        move.add(-1, taken);
        return new Outcome(verdict, StepChoice.NONE, move.norm());
    }

    /** Validates after a step where that is due, and after the last one. */
    StepRecord validated(StepRecord step, boolean isLast) {
        return isLast || step.step() % settings.validationPeriod() == 0 ? step.withValidation(validate()) : step;
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
        ModelFits found = ModelFits.of(rows, network, acceptance.weights(), average.parameters());
        choice = found.isAverageBetter() ? ModelChoice.AVERAGE : ModelChoice.LAST;
        return found;
    }

    /**
     * Chooses the model at the end, where neither a validation nor the target loss has. The state to go on from stays: a
     * next step would itself take back what is not in the model.
     *
     * @throws NumericalException if the loss over all rows is not finite
     */
    void chooseModel(StopReason reason) {
        if (Double.isFinite(progress.bestLoss()) || reason == StopReason.TARGET_LOSS) {
            return;
        }
        FinalModel model =
                FinalModel.choose(acceptance, network, training, average.parameters(), fits, progress.step());
        choice = model.choice();
        fits = model.fits();
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
                .or(() -> environment.stopRequested().getAsBoolean()
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
