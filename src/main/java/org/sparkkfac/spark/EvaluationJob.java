package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Assessment;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.spark.aggregate.GroupFold;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.aggregate.ResultAggregation;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.SkippedRows;

/** Assesses a network on the rows of a dataset in one Spark job; the counts travel with the sums. */
final class EvaluationJob {
    private final PlannedBlocks planned;
    private final CollectOptions options;

    EvaluationJob(PlannedBlocks planned, CollectOptions options) {
        this.planned = planned;
        this.options = options;
    }

    Evaluated run(Network network) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        planned.check(network);
        if (!planned.isLabelled()) {
            throw new UserException("training and evaluation need labels; name them with data.label");
        }
        Assessments totals = new Assessments(new Assessment(network));
        Precision precision = options.plan().precision();
        Broadcast<byte[][]> broadcast = planned.context().broadcast(ObjectBytes.encode(new NetworkMessage(network)));
        LongAccumulator counter = planned.context().sc().longAccumulator("rows");
        JobScope scope = new JobScope(planned.context(), "evaluation of " + network);
        ProgressPoll poll = new ProgressPoll(planned.context(), scope.group(), counter, options.progress());
        ResultAggregation aggregation = new ResultAggregation();
        Fold fold = new Fold(broadcast, precision, options.blas(), counter);
        try {
            scope.during(() -> poll.during("evaluate", planned.input().groups().size(), () -> {
                aggregation.run(
                        planned.blocks(network, precision, options.plan().blockRows()), fold, totals);
                return totals;
            }));
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        } finally {
            broadcast.destroy();
        }
        PlannedBlocks.checkRows(
                totals.assessment.fit().rows(), totals.assessment.fit().weight(), totals.skipped());
        if (!Double.isFinite(totals.assessment.fit().meanLoss())) {
            throw new NumericalException(
                    "the loss is " + totals.assessment.fit().meanLoss()
                            + " though every row is finite: the model's outputs overflow; check its weights and the scale of"
                            + " the features");
        }
        planned.quarantine(network, totals.skipped());
        return new Evaluated(totals.assessment, totals.skipped());
    }

    /** Blocks → one assessment. */
    private static final class Fold implements GroupFold<RowParcel> {
        private static final long serialVersionUID = 1;

        private final Broadcast<byte[][]> network;
        private final Precision precision;
        private final Blas.Choice blas;
        private final LongAccumulator rows;

        Fold(Broadcast<byte[][]> network, Precision precision, Blas.Choice blas, LongAccumulator rows) {
            this.network = network;
            this.precision = precision;
            this.blas = blas;
            this.rows = rows;
        }

        @Override
        public GroupResult fold(int group, Iterator<RowParcel> parcels) {
            Blas.choose(blas);
            Network model =
                    ObjectBytes.decode(network.value(), NetworkMessage.class).network();
            BlockPass.Engine engine = new BlockPass.Engine(model, Fisher.empirical(), precision);
            Assessment assessment = new Assessment(model);
            SkippedRows skipped = new SkippedRows();
            while (parcels.hasNext()) {
                RowParcel parcel = parcels.next();
                if (parcel.bad() != null) {
                    return RowTotals.result(parcel.bad());
                }
                skipped.merge(parcel.skipped());
                RowBlock block = parcel.block();
                if (block != null) {
                    rows.add(block.rows());
                    engine.forward(block).assess(assessment);
                }
            }
            return RowTotals.result(List.of(), skipped, assessment::write);
        }
    }

    private static final class Assessments extends RowTotals {
        private final Assessment assessment;

        Assessments(Assessment assessment) {
            this.assessment = assessment;
        }

        @Override
        public List<DoubleMatrix> parts() {
            return List.of();
        }

        @Override
        void readCounts(DataInputStream in) throws IOException {
            assessment.add(in);
        }
    }
}
