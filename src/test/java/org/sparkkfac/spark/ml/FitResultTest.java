package org.sparkkfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;
import org.sparkkfac.train.state.BatchCursor;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;

/** One row x = 1, y = 3, and the model w·x + b with loss {@code ½(w + b − 3)²}. */
final class FitResultTest {
    private static final Network NETWORK = Network.of(
            1, List.of(new NodeSpec("output", "dense", Map.of("units", 1))), Likelihoods.create("gaussian", Map.of()));
    private static final LocalPass PASS = new LocalPass(
            List.of(Row.blocks(Precision.DOUBLE, 1, List.of(new Row(new double[] {1}, new double[] {3}, 1, 0)))),
            Precision.DOUBLE,
            false);
    private static final Trainer TRAINER = trainer(PASS);
    private static final TrainingCounters RAISED = new TrainingCounters(
            1,
            BatchCursor.START,
            1,
            1,
            1,
            0,
            Double.POSITIVE_INFINITY,
            0,
            -1,
            0,
            new PendingStep(BatchCursor.START, 1, 4.5),
            0);

    @Test
    void aTrainingThatIsStoppedByItsToleranceComesToItsEnd() {
        FitResult average = FitResult.of(TRAINER, result(at(0), Optional.of(at(2))));
        assertThat(average.parameters().toArray()).containsExactly(0, 2);
        Near.assertNear("loss", average.loss(), 0.5, 1e-12);
        FitResult last = FitResult.of(TRAINER, result(at(2), Optional.of(at(0))));
        assertThat(last.parameters().toArray()).containsExactly(0, 2);
        assertThat(FitResult.of(TRAINER, result(at(0), Optional.empty())).loss())
                .isEqualTo(4.5);
    }

    /** A step from 0 to 9 raised the loss; nobody has asked yet. The average would be better than that, not than its start. */
    @Test
    void ofALastStepThatRaisedTheLossAnEighthIsLeft() {
        for (Optional<ParameterVector> average : List.of(Optional.<ParameterVector>empty(), Optional.of(at(8)))) {
            TrainingState state = new TrainingState(
                    RAISED, at(9), Optional.of(at(0)), average, ModelChoice.LAST, OptimiserState.empty());
            TrainingResult stopped = new TrainingResult(NETWORK, state, StopReason.REQUEST, Optional.empty());
            FitResult ending = FitResult.of(TRAINER, stopped);
            assertThat(ending.parameters().toArray()).containsExactly(0, 9 / 8.0);
        }
        TrainingState good = new TrainingState(
                RAISED, at(9), Optional.of(at(0)), Optional.of(at(2)), ModelChoice.LAST, OptimiserState.empty());
        assertThat(TRAINER.finish(good, StopReason.REQUEST).state().choice()).isEqualTo(ModelChoice.AVERAGE);
    }

    /** Where the last parameters have no loss the average is not all that is left. */
    @Test
    void ofALastStepToWhereTheLossIsInfiniteNothingIsLeft() {
        TrainingState state = new TrainingState(
                TrainingCounters.START,
                at(1e200),
                Optional.of(at(0)),
                Optional.of(at(1e6)),
                ModelChoice.LAST,
                OptimiserState.empty());
        assertThat(TRAINER.finish(state, StopReason.REQUEST).state().choice()).isEqualTo(ModelChoice.BEFORE);
    }

    @Test
    void whatTheEndOfTheTrainingHasFoundIsNotAskedAgain() {
        Pass closed = new Pass() {
            @Override
            public BlockIndex blocks() {
                return PASS.blocks();
            }

            @Override
            public Precision precision() {
                return PASS.precision();
            }

            @Override
            public Sums run(Network network, Request request) {
                throw new AssertionError("asked again");
            }
        };
        Network model = NETWORK.withParameters(at(2));
        Evaluation fit =
                PASS.run(model, Request.of(Fit.of(PASS.blocks().all()))).of(Fit.class);
        TrainingState state = result(at(0), Optional.of(at(2))).state();
        FitResult ending =
                FitResult.of(trainer(closed), new TrainingResult(model, state, StopReason.STEPS, Optional.of(fit)));
        assertThat(ending.parameters().toArray()).containsExactly(0, 2);
        assertThat(ending.loss()).isEqualTo(0.5);
    }

    @Test
    void aLossThatIsNotFiniteIsAnError() {
        ParameterVector diverged = at(1e200);
        assertThat(FitResult.of(TRAINER, result(diverged, Optional.of(at(0)))).loss())
                .isEqualTo(4.5);
        assertThat(FitResult.of(TRAINER, result(at(0), Optional.of(diverged))).loss())
                .isEqualTo(4.5);
        TrainingResult nowhere = result(diverged, Optional.of(diverged));
        assertThatThrownBy(() -> FitResult.of(TRAINER, nowhere))
                .isInstanceOfSatisfying(
                        NumericalException.class,
                        e -> assertThat(ParamNames.of(e))
                                .isInstanceOf(NumericalException.class)
                                .hasMessageContaining("the loss over all rows is NaN or infinite")
                                .hasMessageContaining("stepSize")
                                .hasMessageContaining("scale the features")
                                .hasMessageNotContaining("train."));
    }

    @Test
    void whatIsNoBetterThanTheStartIsWarnedOf() {
        FitResult ending = FitResult.of(TRAINER, result(at(0), Optional.empty()));
        assertThat(ending.warning(4.4).orElseThrow())
                .contains("4.5, no lower than the 4.4 of its first step", "stepSize");
        assertThat(ending.warning(4.5)).isPresent();
        assertThat(ending.warning(4.6)).isEmpty();
        assertThat(ending.warning(Double.NaN)).isEmpty();
    }

    private static ParameterVector at(double bias) {
        return ParameterVector.ofArray(NETWORK.layers(), new double[] {0, bias});
    }

    private static Trainer trainer(Pass rows) {
        return Trainer.of(
                NETWORK, rows, TrainingSettings.of(new SgdSettings(Schedule.constant(0.1), 0), Stopping.afterSteps(9)));
    }

    /** Of a training whose end has not asked the rows. */
    private static TrainingResult result(ParameterVector weights, Optional<ParameterVector> average) {
        TrainingState state = new TrainingState(
                TrainingCounters.START, weights, Optional.empty(), average, ModelChoice.LAST, OptimiserState.empty());
        return new TrainingResult(NETWORK.withParameters(weights), state, StopReason.REQUEST, Optional.empty());
    }
}
