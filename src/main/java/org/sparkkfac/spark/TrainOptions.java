package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.train.TrainingSettings;

/**
 * How {@link SparkKfac#train} trains. Start from {@link #of} and change what differs.
 *
 * @param settings the steps, and when they end
 * @param rows how the rows to learn from are read; the Fisher matrix of its plan is that of the statistics
 * @param validation rows to watch, if there are some
 * @param origin what checkpoints and manifests say of the settings
 * @param cost what the driver and the rows take, where that is known before; it is checked, and room is kept for it
 */
public record TrainOptions(
        TrainingSettings settings,
        CollectOptions rows,
        Optional<Validation> validation,
        Origin origin,
        Optional<TrainingCost> cost) {
    /** Rows to validate on, and how they are read. */
    public record Validation(Dataset<Row> dataset, CollectOptions options) {}

    /**
     * Settings as they are written down.
     *
     * @param course those that fix the numbers; a checkpoint of another course is not resumed
     * @param stop those that say when to stop
     * @param config the whole configuration, for manifests
     */
    public record Origin(ObjectNode course, ObjectNode stop, ObjectNode config) {
        /** Settings without a configuration. */
        public static Origin of(TrainingSettings settings, CollectOptions rows) {
            ObjectNode course = Json.object()
                    .put("optimiser", settings.optimiser().toString())
                    .put("batch", settings.batch().toString())
                    .put("regularisation", settings.regularisation().toString())
                    .put("iterate_decay", settings.iterateDecay())
                    .put("validation_period", settings.validationPeriod())
                    .put("seed", settings.seed())
                    .put("columns", rows.columns().toString())
                    .put("fisher", rows.plan().fisher().toString())
                    .put("precision", rows.plan().precision().toString())
                    .put("block_rows", rows.plan().blockRows())
                    .put("groups", rows.groups());
            ObjectNode stop = Json.object().put("stopping", settings.stopping().toString());
            return new Origin(course, stop, Json.object());
        }
    }

    /** Training with these settings on rows that are read like this, without validation. */
    public static TrainOptions of(TrainingSettings settings, CollectOptions rows) {
        return new TrainOptions(settings, rows, Optional.empty(), Origin.of(settings, rows), Optional.empty());
    }

    /** The same with rows to validate on, of which the best model is kept. */
    public TrainOptions withValidation(Dataset<Row> dataset, CollectOptions options) {
        return new TrainOptions(settings, rows, Optional.of(new Validation(dataset, options)), origin, cost);
    }

    /** The same with another account of the settings. */
    public TrainOptions withOrigin(Origin newOrigin) {
        return new TrainOptions(settings, rows, validation, newOrigin, cost);
    }

    /** The same with a cost that is known. */
    public TrainOptions withCost(TrainingCost known) {
        return new TrainOptions(settings, rows, validation, origin, Optional.of(known));
    }
}
