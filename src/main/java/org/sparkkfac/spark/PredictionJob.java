package org.sparkkfac.spark;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.MarkedDirectory;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.SkippedRows;

/** Writes predictions for the rows of a dataset beside their place, and moves them there when all are complete. */
final class PredictionJob {
    private static final int BLOCK_TO_COUNT = 256;

    private final Dataset<Row> dataset;
    private final CollectOptions options;
    private final Network network;

    /** A job; labels and weights that the options name are not read. */
    PredictionJob(Dataset<Row> dataset, CollectOptions options, Network network) {
        this.dataset = dataset;
        Columns columns = options.columns();
        this.options = options.withColumns(new Columns(columns.features(), List.of(), Optional.empty(), columns.id()));
        this.network = network;
    }

    Predictions.Written run(Predictions predictions) {
        predictions.check();
        checkColumns(predictions.keep());
        options.badRows().quarantine().ifPresent(Quarantine::check);
        PlannedBlocks planned = new PlannedBlocks(dataset, options);
        planned.check(network);
        SkippedRows skipped = options.badRows().skip() ? countBadRows() : new SkippedRows();
        MarkedDirectory temporary = predictions.temporary();
        temporary.delete();
        try {
            temporary.create();
            long rows = new JobScope(planned.context(), "predictions of " + network)
                    .during(() -> new RowMap(dataset, options, planned, predictions.keep())
                            .write(
                                    new Predict(
                                            network,
                                            options.plan().precision(),
                                            options.badRows().skip()),
                                    network,
                                    temporary.place()));
            planned.quarantine(network, skipped);
            temporary.replace(predictions.directory());
            return new Predictions.Written(rows, skipped);
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            temporary.delete();
            throw SourceFailures.ofJob(e);
        }
    }

    /** Reads all rows once before, to count those that cannot be used. */
    private SkippedRows countBadRows() {
        SparkPass pass =
                new SparkPass(dataset, options.withPrecision(Precision.SINGLE).withBlockRows(BLOCK_TO_COUNT));
        pass.run(network, Request.NOTHING);
        return pass.skipped();
    }

    private void checkColumns(List<String> keep) {
        List<String> there = List.of(dataset.columns());
        Set<String> names = new HashSet<>(List.of(Predict.PROBABILITY, Predict.MEAN, Predict.PREDICTION));
        Set<String> kept = new HashSet<>();
        for (String name : keep) {
            if (!there.contains(name)) {
                throw new UserException(
                        "column '" + name + "' is not in the data, which has " + there + "; check the columns to keep",
                        Component.KEPT_COLUMNS,
                        Component.ID);
            }
            if (names.contains(folded(name))) {
                throw new UserException(
                        "column '" + name + "' would stand twice beside the predictions; leave it out"
                                + " of the columns to keep, or rename it in a pipeline",
                        Component.KEPT_COLUMNS,
                        Component.DATA_PIPELINE);
            }
            if (!kept.add(folded(name))) {
                throw new UserException(
                        "column '" + name + "' would be kept twice; name it once", Component.KEPT_COLUMNS);
            }
        }
    }

    /** Names that Spark takes for the same one are equal. */
    private String folded(String name) {
        boolean isExact = Boolean.parseBoolean(dataset.sparkSession().conf().get("spark.sql.caseSensitive"));
        return isExact ? name : name.toLowerCase(Locale.ROOT);
    }
}
