package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;

/**
 * The rows of a training, kept by Spark until {@link #close}.
 *
 * @param training the rows to learn from
 * @param validation the rows to watch, if there are some
 */
record TrainingRows(SparkPass training, Optional<SparkPass> validation) implements AutoCloseable {
    /** Reads and checks both. */
    static TrainingRows open(Network network, Dataset<Row> dataset, TrainOptions options) {
        SparkPass training = pass(network, dataset, options.rows());
        try {
            return new TrainingRows(
                    training, options.validation().map(some -> pass(network, some.dataset(), some.options())));
        } catch (UserException e) {
            training.close();
            throw e.ofValidation();
        }
    }

    private static SparkPass pass(Network network, Dataset<Row> dataset, CollectOptions options) {
        return SparkPass.open(dataset, options, network, StorageLevel.MEMORY_AND_DISK());
    }

    @Override
    public void close() {
        training.close();
        validation.ifPresent(SparkPass::close);
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

    private static void describe(ObjectNode node, SparkPass pass) {
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
    static Evaluation evaluate(Network model, Pass pass) {
        return pass.run(model, Request.of(Fit.of(pass.blocks().all()))).of(Fit.class);
    }
}
