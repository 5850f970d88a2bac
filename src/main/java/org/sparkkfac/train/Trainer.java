package org.sparkkfac.train;

import java.util.Optional;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.train.state.StateStore;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

/**
 * The training loop: it asks a port for sums over the rows of a step, lets an optimiser choose the step, and keeps
 * account. The same start, data and settings give the same bits, stopped and resumed after any step or not.
 *
 * @param network with the parameters at which training starts
 * @param training rows to learn from
 * @param validation rows to watch, if there are some
 * @param settings what fixes the course
 * @param metrics where the figures of the steps go
 * @param store where checkpoints go
 * @param environment what the result does not depend on
 */
public record Trainer(
        Network network,
        Pass training,
        Optional<Pass> validation,
        TrainingSettings settings,
        Metrics metrics,
        StateStore store,
        Environment environment) {
    /** A trainer without validation, metrics and checkpoints. */
    public static Trainer of(Network network, Pass training, TrainingSettings settings) {
        return new Trainer(
                network,
                training,
                Optional.empty(),
                settings,
                Metrics.none(),
                StateStore.none(),
                Environment.ofThisMachine(1));
    }

    /** The same that also tells its figures. */
    public Trainer withMetrics(Metrics newMetrics) {
        return new Trainer(network, training, validation, settings, newMetrics, store, environment);
    }

    /** The same that also keeps checkpoints. */
    public Trainer withStore(StateStore newStore) {
        return new Trainer(network, training, validation, settings, metrics, newStore, environment);
    }

    /** The same that also watches other rows. */
    public Trainer withValidation(Pass newValidation) {
        return new Trainer(network, training, Optional.of(newValidation), settings, metrics, store, environment);
    }

    /** The same in other environment. */
    public Trainer in(Environment newEnvironment) {
        return new Trainer(network, training, validation, settings, metrics, store, newEnvironment);
    }

    /**
     * Trains from the network's parameters.
     *
     * @throws org.sparkkfac.NumericalException if the loss is not finite and steps back do not help
     */
    public TrainingResult train() {
        return train(TrainingState.start(network.parameters()));
    }

    /**
     * Goes on from a state; to its end without a further step where a limit has been reached. Where it stops on request
     * nothing is done that would not have been done at this step anyway: no validation of the last step, no choice of the
     * model.
     */
    public TrainingResult train(TrainingState from) {
        Optional<StopReason> reached =
                settings.stopping().reached(from.progress(), training.blocks().rows());
        if (reached.isPresent()) {
            return finish(from, reached.get());
        }
        TrainingRun run = new TrainingRun(this, from);
        while (true) {
            StepRecord made = run.step();
            Optional<StopReason> limit = run.stops(made);
            boolean interrupted = limit.filter(StopReason.REQUEST::equals).isPresent();
            StepRecord step = run.validated(made, limit.isPresent() && !interrupted);
            metrics.add(step);
            run.metricsAt(metrics.position());
            Optional<StopReason> reason = limit.or(run::losesPatience);
            if (reason.isPresent() && !interrupted) {
                run.chooseModel(reason.get());
            }
            boolean isBest =
                    step.validation().map(StepRecord.Validation::isBest).orElse(false);
            if (reason.isPresent() || isBest || run.progress().step() % settings.checkpointPeriod() == 0) {
                store.save(run.state(), isBest, interrupted ? Optional.empty() : reason);
            }
            if (reason.isPresent()) {
                return result(run, reason.get());
            }
        }
    }

    /**
     * Ends a training without a further step. The model is chosen as at the end of any other: its last step is validated, if
     * that was not due, and saved if it is the best.
     *
     * @param from where it was stopped
     * @throws org.sparkkfac.NumericalException as in {@link #train()}
     */
    public TrainingResult finish(TrainingState from, StopReason reason) {
        TrainingRun run = new TrainingRun(this, from);
        boolean isValidated = from.progress().step() % settings.validationPeriod() == 0;
        boolean isBest = !isValidated
                && run.validate().filter(StepRecord.Validation::isBest).isPresent();
        run.chooseModel(reason);
        if (isBest) {
            store.save(run.state(), true, Optional.of(reason));
        }
        return result(run, reason);
    }

    private TrainingResult result(TrainingRun run, StopReason reason) {
        TrainingState state = run.state();
        return new TrainingResult(network.withParameters(state.model()), state, reason, run.fit());
    }
}
