package org.sparkkfac.train.optimiser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.io.training.StateForm;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.train.Problem;
import org.sparkkfac.train.StateBytes;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;

/** What every optimiser keeps; a new one is tested by naming it in {@link Problem#optimisers}. */
final class OptimiserContractTest {
    private static final int STEPS = 5;
    private static final Regularisation DECAY = new Regularisation(1e-3, false);

    static Stream<OptimiserSettings> optimisers() {
        return Problem.optimisers().stream();
    }

    /** Work of the driver in this thread. */
    private static final class Here implements Driver {
        @Override
        public void average(Runnable update) {
            update.run();
        }

        @Override
        public Preconditioner invert(Supplier<FisherBlocks> blocks, Method method, Damping damping) {
            return Inversion.HERE.invert(blocks.get(), method, DampingRule.of(damping), 1);
        }

        @Override
        public ParameterVector apply(Preconditioner inverse, ParameterVector v) {
            return inverse.apply(List.of(v), 1).get(0);
        }
    }

    /** An optimiser on all rows of a problem, without the loop. */
    private static final class Driven {
        private final Problem problem;
        private final Pass pass;
        private final Optimiser optimiser;
        private final List<Request> requests = new ArrayList<>();
        private Network network;

        Driven(Problem problem, OptimiserSettings settings, Network network, OptimiserState state) {
            this.problem = problem;
            this.network = network;
            this.optimiser = settings.create(state);
            this.pass = Problem.answering(problem.pass(), (at, request, sums) -> {
                requests.add(request);
                return sums;
            });
        }

        Driven(Problem problem, OptimiserSettings settings) {
            this(
                    problem,
                    settings,
                    problem.network(),
                    settings.start(problem.network().layers()));
        }

        Move step(long k) {
            RowSelection rows = pass.blocks().all();
            Step step = new Step(k, network, rows, DECAY, 3, pass, new Here());
            Request request = optimiser.request(step, Request.gradient(network, rows));
            Sums sums = pass.run(network, request);
            Move move = optimiser.move(step, Objective.of(network, sums, DECAY), sums);
            ParameterVector there = network.parameters().copy();
            there.add(1, move.delta());
            network = network.withParameters(there);
            return move;
        }

        Driven after(int steps) {
            for (int k = 1; k <= steps; k++) {
                step(k);
            }
            return this;
        }
    }

    private static TrainingState around(Network network, OptimiserState state) {
        return new TrainingState(
                TrainingCounters.START,
                network.parameters(),
                Optional.empty(),
                Optional.empty(),
                ModelChoice.LAST,
                state);
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void finiteSumsGiveFiniteStepsFromTheFirstOn(OptimiserSettings settings) {
        for (String likelihood : List.of("softmax", "sigmoid", "gaussian", "poisson")) {
            Driven driven = new Driven(Problem.of(Cases.one(), likelihood), settings);
            for (int k = 1; k <= STEPS; k++) {
                ParameterVector delta = driven.step(k).delta();
                assertThat(delta.isFinite()).as(likelihood + ", step " + k).isTrue();
                assertThat(delta.norm()).as(likelihood + ", step " + k).isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void aStateThatIsWrittenAndReadGoesOnToTheSameBits(OptimiserSettings settings) {
        Problem problem = Problem.of(Cases.one(), "softmax");
        List<LayerShape> layers = problem.network().layers();
        for (int steps = 0; steps < STEPS; steps++) {
            Driven driven = new Driven(problem, settings).after(steps);
            byte[] bytes = StateBytes.of(around(driven.network, driven.optimiser.state()));
            OptimiserState read =
                    StateBytes.read(layers, settings.start(layers), bytes).optimiser();
            assertThat(StateBytes.of(around(driven.network, read))).isEqualTo(bytes);
            Driven resumed = new Driven(problem, settings, driven.network, read);
            Driven forgetful = new Driven(problem, settings, driven.network, settings.start(layers));
            double[] next = driven.step(steps + 1L).delta().toArray();
            assertThat(resumed.step(steps + 1L).delta().toArray()).isEqualTo(next);
            if (steps == STEPS - 1) {
                assertThat(forgetful.step(steps + 1L).delta().toArray())
                        .as("a state that is forgotten shows")
                        .isNotEqualTo(next);
            }
        }
    }

    private static double momentum(Driven driven) {
        double sum = 0;
        for (var tensor : StateForm.of(around(driven.network, driven.optimiser.state()))
                .tensors()
                .entrySet()) {
            if (tensor.getKey().matches(".*\\.(momentum|first_moment|previous_step)\\..*")) {
                sum += Math.abs(StateBytes.sum(tensor.getValue()));
            }
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void aRejectedStepLeavesNoMomentum(OptimiserSettings settings) {
        Driven driven = new Driven(Problem.of(Cases.one(), "softmax"), settings).after(STEPS - 1);
        assertThat(momentum(driven)).as("before").isPositive();
        driven.optimiser.rejected();
        assertThat(momentum(driven)).isZero();
        assertThat(driven.step(STEPS).delta().isFinite()).isTrue();
    }

    /** Whether some expected request is at least as large. */
    private static boolean isExpected(OptimiserSettings settings, Problem problem, Request request) {
        RowSelection rows = problem.pass().blocks().all();
        return settings.requests(problem.network(), rows, true).stream()
                .map(ExpectedRequest::request)
                .anyMatch(expected -> expected.stateBytes(problem.network()) >= request.stateBytes(problem.network())
                        && expected.messageBytes(problem.network()) >= request.messageBytes(problem.network()));
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void whatIsAskedWasExpected(OptimiserSettings settings) {
        Driven driven = new Driven(Problem.of(Cases.one(), "softmax"), settings).after(STEPS);
        assertThat(driven.requests)
                .hasSizeGreaterThanOrEqualTo(STEPS)
                .allMatch(request -> isExpected(settings, driven.problem, request));
    }

    @Test
    void whatAnotherOptimiserAsksWasNotExpected() {
        OptimiserSettings sgd = new SgdSettings(Schedule.constant(0.1), 0.9);
        OptimiserSettings adaptive = Problem.optimisers().stream()
                .filter(AdaptiveSettings.class::isInstance)
                .findFirst()
                .orElseThrow();
        Driven driven = new Driven(Problem.of(Cases.one(), "softmax"), adaptive).after(STEPS);
        assertThat(driven.requests).anyMatch(request -> !isExpected(sgd, driven.problem, request));
    }
}
