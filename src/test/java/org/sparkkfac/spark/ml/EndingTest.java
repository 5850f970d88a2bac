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
import org.sparkkfac.stats.LocalStepPass;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;
import org.sparkkfac.train.StopReason;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.TrainingState;

/** One row x = 1, y = 3, and the model w·x + b with loss {@code ½(w + b − 3)²}. */
final class EndingTest {
    private static final Network NETWORK = Network.of(
            1, List.of(new NodeSpec("output", "dense", Map.of("units", 1))), Likelihoods.create("gaussian", Map.of()));
    private static final LocalStepPass PASS = new LocalStepPass(
            List.of(Row.blocks(Precision.DOUBLE, 1, List.of(new Row(new double[] {1}, new double[] {3}, 1, 0)))),
            Precision.DOUBLE,
            false);

    @Test
    void theBetterOfLastParametersAndAverageIsTheModel() {
        Ending average = Ending.of(NETWORK, PASS, result(at(0), Optional.of(at(2))));
        assertThat(average.parameters().toArray()).containsExactly(0, 2);
        Near.assertNear("loss", average.loss(), 0.5, 1e-12);
        Ending last = Ending.of(NETWORK, PASS, result(at(2), Optional.of(at(0))));
        assertThat(last.parameters().toArray()).containsExactly(0, 2);
        assertThat(Ending.of(NETWORK, PASS, result(at(0), Optional.empty())).loss())
                .isEqualTo(4.5);
    }

    @Test
    void whatTheEndOfTheTrainingHasFoundIsNotAskedAgain() {
        StepPass closed = new StepPass() {
            @Override
            public BlockIndex blocks() {
                return PASS.blocks();
            }

            @Override
            public StepSums pass(Network network, StepRequest request) {
                throw new AssertionError("asked again");
            }
        };
        Network model = NETWORK.withParameters(at(2));
        Evaluation fit = PASS.pass(model, StepRequest.losses(PASS.blocks().all(), List.of(at(2))))
                .trials()
                .get(0);
        TrainingState state = result(at(0), Optional.of(at(2))).state();
        Ending ending =
                Ending.of(NETWORK, closed, new TrainingResult(model, state, StopReason.STEPS, Optional.of(fit)));
        assertThat(ending.parameters().toArray()).containsExactly(0, 2);
        assertThat(ending.loss()).isEqualTo(0.5);
    }

    @Test
    void aLossThatIsNotFiniteIsAnError() {
        ParameterVector diverged = at(1e200);
        assertThat(Ending.of(NETWORK, PASS, result(diverged, Optional.of(at(0))))
                        .loss())
                .isEqualTo(4.5);
        assertThat(Ending.of(NETWORK, PASS, result(at(0), Optional.of(diverged)))
                        .loss())
                .isEqualTo(4.5);
        assertThatThrownBy(() -> Ending.of(NETWORK, PASS, result(diverged, Optional.of(diverged))))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("training diverged")
                .hasMessageContaining("stepSize")
                .hasMessageContaining("StandardScaler");
    }

    @Test
    void whatIsNoBetterThanTheStartIsWarnedOf() {
        Ending ending = Ending.of(NETWORK, PASS, result(at(0), Optional.empty()));
        assertThat(ending.warning(4.4).orElseThrow())
                .contains("4.5, no lower than the 4.4 of its first step", "stepSize");
        assertThat(ending.warning(4.5)).isPresent();
        assertThat(ending.warning(4.6)).isEmpty();
        assertThat(ending.warning(Double.NaN)).isEmpty();
    }

    private static ParameterVector at(double bias) {
        return ParameterVector.ofArray(NETWORK.layers(), new double[] {0, bias});
    }

    /** Of a training whose end has not asked the rows. */
    private static TrainingResult result(ParameterVector weights, Optional<ParameterVector> average) {
        TrainingState start = TrainingState.start(weights);
        TrainingState state =
                new TrainingState(start.progress(), weights, start.before(), average, false, start.memory());
        return new TrainingResult(NETWORK.withParameters(weights), state, StopReason.REQUEST, Optional.empty());
    }
}
