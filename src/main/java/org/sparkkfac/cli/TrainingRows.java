package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.SparkStepPass;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;

/**
 * The rows of a training, kept by Spark.
 *
 * @param session what keeps them
 * @param training the rows to learn from
 * @param validation the rows to watch, if there are some
 */
record TrainingRows(SparkSession session, SparkStepPass training, Optional<SparkStepPass> validation) {
    /** Reads and checks both; bad rows to learn from go to the quarantine, if there is one. */
    static TrainingRows open(
            SparkSession session,
            Network network,
            RowSource training,
            Optional<RowSource> validation,
            Optional<Quarantine> quarantine) {
        return new TrainingRows(
                session,
                pass(session, network, training, quarantine),
                validation.map(some -> pass(session, network, some, Optional.empty())));
    }

    private static SparkStepPass pass(
            SparkSession session, Network network, RowSource source, Optional<Quarantine> quarantine) {
        RowSource.Opened rows = source.open(session, network, quarantine);
        return source.naming(
                () -> SparkStepPass.open(rows.dataset(), rows.options(), network, StorageLevel.MEMORY_AND_DISK()));
    }

    /** Lets the job at hand fail. */
    void giveUp() {
        session.sparkContext().cancelAllJobs();
    }

    /** Says which rows these are and how they lie in blocks, which a training must not change. */
    void describe(ObjectNode data) {
        describe(data, training);
        data.put("order", training.order());
        validation.ifPresent(pass -> describe(data.withObject("/validation"), pass));
    }

    /** Says which rows are learnt from, for manifests. */
    void describeTraining(ObjectNode data) {
        describe(data, training);
    }

    private static void describe(ObjectNode node, SparkStepPass pass) {
        node.put("fingerprint", pass.fingerprint());
        node.put(
                "blocks",
                String.format(
                        Locale.ROOT,
                        "%d in %d groups, #%08x",
                        pass.blocks().blocks(),
                        pass.blocks().groups().size(),
                        pass.blocks().groups().hashCode()));
    }

    /** Loss and score of a model over all rows of one pass. */
    static Evaluation evaluate(Network model, StepPass pass) {
        return pass.pass(model, StepRequest.losses(pass.blocks().all(), List.of(model.parameters())))
                .trials()
                .get(0);
    }
}
