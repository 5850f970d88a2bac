package org.sparkkfac.cli.options;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.BadRows;
import org.sparkkfac.cli.config.DataSettings;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.ProgressReporter;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.DataSource;
import org.sparkkfac.spark.rows.Quarantine;

/**
 * The rows that the configuration names, and how they are read, for every command that reads rows.
 *
 * @param data where they are and what their columns mean
 * @param options how a pass reads them, apart from the handling of bad rows
 * @param key the setting of their path
 * @param hadoop for the file systems of the paths
 */
public record RowSource(DataSettings data, CollectOptions options, String key, Configuration hadoop) {
    private static final String DATA_PATH = "data.path";
    private static final Pattern GLOB = Pattern.compile("[*?\\[{\\\\]");

    /** A dataset that has been opened, and how it is read. */
    public record Opened(Dataset<Row> dataset, CollectOptions options) {}

    /** The rows, after what can be found out before Spark is started, which takes seconds; globs are left to Spark. */
    public static RowSource of(KfacConfig config, Configuration hadoop) {
        return of(config, config.data(), DATA_PATH, hadoop);
    }

    /** The rows to validate on, if there are some. */
    public static Optional<RowSource> ofValidation(KfacConfig config, Configuration hadoop) {
        return config.validation().map(data -> of(config, data, "data.validation.path", hadoop));
    }

    private static RowSource of(KfacConfig config, DataSettings data, String key, Configuration hadoop) {
        if (data.readsFiles()) {
            String path = data.path().orElseThrow();
            Location location = Location.of(path, hadoop);
            if (!GLOB.matcher(path).find() && !location.exists()) {
                throw new UserException(key + ": " + path + ": no such file or directory; check the path");
            }
        }
        data.pipeline().ifPresent(path -> {
            if (!Location.of(path, hadoop).child("metadata").isDirectory()) {
                throw new UserException("data.pipeline: " + path + ": holds no saved PipelineModel; give the directory"
                        + " that PipelineModel.save wrote");
            }
        });
        return new RowSource(data, options(config, data), key, hadoop);
    }

    private static CollectOptions options(KfacConfig config, DataSettings data) {
        Columns columns = new Columns(
                data.features().names(),
                data.label().map(label -> label.names()).orElseGet(List::of),
                data.weight(),
                data.id());
        CollectOptions options = CollectOptions.defaults()
                .withColumns(columns)
                .withPlan(config.statistics())
                .withGroups(config.groups())
                .withSplitBytes(data.splitBytes())
                .withBlas(config.blas())
                .withProgress(ProgressReporter.forStandardError());
        return data.limit().map(options::withLimit).orElse(options);
    }

    /**
     * The place for bad rows, if they are wanted; refused where it is taken, or lies in what the command writes or reads.
     *
     * @param outputs what the command writes, by the settings that name it
     */
    public Optional<Quarantine> quarantine(Map<String, Location> outputs, boolean overwrite) {
        if (data.badRows() != BadRows.QUARANTINE) {
            return Optional.empty();
        }
        Location place = Location.of(data.quarantinePath().orElseThrow(), hadoop);
        outputs.forEach((key, output) -> refuseWithin(place, output, key));
        files().ifPresent(rows -> refuseWithin(place, rows, key));
        Quarantine quarantine = new Quarantine(place, overwrite);
        quarantine.check();
        return Optional.of(quarantine);
    }

    /** Spark reads all that lies below data.path, and what is written below output.path could be removed with it. */
    private static void refuseWithin(Location place, Location other, String key) {
        if (place.isWithin(other) || other.isWithin(place)) {
            throw new UserException("data.quarantine-path: " + place + " lies in " + key + " = " + other
                    + ", or that in it; choose another path");
        }
    }

    /**
     * Refuses places to write to among the rows: they would be replaced, or what is written would be read as rows.
     *
     * @param outputs the places, by the settings that name them
     */
    public void refuseAmongRows(Map<String, Location> outputs) {
        new TreeMap<>(outputs).forEach(this::refuseAmongRows);
    }

    private void refuseAmongRows(String output, Location place) {
        files().filter(place::isWithin).ifPresent(rows -> {
            throw new UserException(
                    output + ": " + place + " lies in " + key + " = " + rows + ", which is read; choose another path");
        });
    }

    /** What the rows are read from, if that is one file or directory. */
    private Optional<Location> files() {
        return data.path()
                .filter(path -> data.readsFiles() && !GLOB.matcher(path).find())
                .map(path -> Location.of(path, hadoop));
    }

    private Dataset<Row> rows(DataSource source, SparkSession session, int inputs) {
        try {
            return source.rows(session, inputs);
        } catch (UserException e) {
            throw key.equals(DATA_PATH) ? e : e.ofValidation();
        }
    }

    /** Opens the rows, for networks with the inputs of this one. */
    public Opened open(SparkSession session, Network network, Optional<Quarantine> quarantine) {
        DataSource source =
                new DataSource(data.format(), data.path(), data.table(), data.options(), data.where(), data.pipeline());
        Dataset<Row> rows = rows(source, session, network.inputs());
        BadRowPolicy badRows = quarantine
                .map(place -> place.withColumns(List.of(rows.columns())))
                .map(BadRowPolicy::quarantine)
                .orElse(data.badRows() == BadRows.FAIL ? BadRowPolicy.FAIL : BadRowPolicy.SKIP);
        return new Opened(source.throughPipeline(rows), options.withBadRows(badRows));
    }
}
