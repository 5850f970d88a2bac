package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.plan.InversionRoom;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** A layer is inverted by executors in processes of their own, of which one may die. */
final class InversionTasksIT {
    private static final InversionRoom NO_ROOM = new InversionRoom(-1, -1);

    private static final LayerShape WIDE = new LayerShape("wide", 1200, 20, true);
    private static final DampingRule DAMPING = DampingRule.of(Damping.absolute(0.1));

    private static FisherBlocks blocks() {
        Cases cases = Cases.one();
        KroneckerFactors factors = new KroneckerFactors(WIDE);
        for (DoubleMatrix part : factors.parts()) {
            part.map(zero -> 1e-3 * cases.normal());
        }
        DoubleMatrix a =
                factors.sums().get(KroneckerFactors.ACTIVATION_COVARIANCE).toDense(1);
        DoubleMatrix g =
                factors.sums().get(KroneckerFactors.GRADIENT_COVARIANCE).toDense(1);
        factors.restore(Map.of(
                KroneckerFactors.ACTIVATION_COVARIANCE, DoubleMatrix.product(a, false, a, true),
                KroneckerFactors.GRADIENT_COVARIANCE, DoubleMatrix.product(g, false, g, true)));
        return FisherBlocks.of(
                StatisticsState.restored(
                        List.of(WIDE), Map.of(StatisticKind.KRONECKER, List.of(factors)), Optional.empty(), 1, 1, 0),
                Method.EIGEN.structure());
    }

    private static List<double[]> tensors(Preconditioner preconditioner) {
        return preconditioner.layers().get(0).tensors().values().stream()
                .map(tensor -> tensor.toDense(1).toArray())
                .toList();
    }

    private static void assertSame(Preconditioner actual, Preconditioner expected) {
        List<double[]> entries = tensors(expected);
        for (int i = 0; i < entries.size(); i++) {
            assertThat(Arrays.equals(tensors(actual).get(i), entries.get(i))).isTrue();
        }
    }

    /** Kills the executor that inverts, at its first attempt. */
    private static final class Killer extends SparkListener {
        private final SparkContext context;
        private final List<Integer> single = Collections.synchronizedList(new ArrayList<>());
        private final List<String> killed = Collections.synchronizedList(new ArrayList<>());
        private final List<String> removed = Collections.synchronizedList(new ArrayList<>());

        Killer(SparkContext context) {
            this.context = context;
        }

        @Override
        public void onStageSubmitted(SparkListenerStageSubmitted stage) {
            if (stage.stageInfo().numTasks() == 1) {
                single.add(stage.stageInfo().stageId());
            }
        }

        @Override
        public void onTaskStart(SparkListenerTaskStart task) {
            if (single.contains(task.stageId()) && killed.isEmpty()) {
                killed.add(task.taskInfo().executorId());
                context.killExecutor(task.taskInfo().executorId());
            }
        }

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
            removed.add(executor.executorId());
        }
    }

    private static Preconditioner onExecutors(SparkSession session, Method method) {
        return InversionTasks.beyond(NO_ROOM, session, Blas.Choice.BUNDLED).invert(blocks(), method, DAMPING, 1);
    }

    @Test
    void theInverseIsThatOfTheDriverThoughTheExecutorThatMakesItDies() {
        Map<String, String> settings = Map.of(
                "spark.scheduler.minRegisteredResourcesRatio", "1.0",
                "spark.scheduler.maxRegisteredResourcesWaitingTime", "60s");
        LocalSpark.with("local-cluster[2,1,1024]", settings, session -> {
            assertSame(
                    onExecutors(session, Method.FACTORED),
                    Inversion.HERE.invert(blocks(), Method.FACTORED, DAMPING, 1));
            Killer killer = new Killer(session.sparkContext());
            session.sparkContext().addSparkListener(killer);
            assertSame(onExecutors(session, Method.EIGEN), Inversion.HERE.invert(blocks(), Method.EIGEN, DAMPING, 1));
            assertThat(killer.killed).hasSize(1);
            assertThat(killer.removed).containsAll(killer.killed);
            return null;
        });
    }
}
