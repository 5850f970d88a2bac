package org.sparkkfac.spark.rows;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;

/**
 * Any source that {@code spark.read} knows, or a table of the catalogue; then a condition on its rows; then a pipeline.
 *
 * @param format its name: parquet, csv, libsvm, jdbc, …; not asked of a table
 * @param path a file, directory or glob; empty for sources that are not files
 * @param table a table or view, in place of a path
 * @param options the source's own options
 * @param where an SQL condition on the columns of the source
 * @param pipeline the path of a saved {@code PipelineModel} that the rows which meet the condition go through
 */
public record DataSource(
        String format,
        Optional<String> path,
        Optional<String> table,
        Map<String, String> options,
        Optional<String> where,
        Optional<String> pipeline) {
    // Spark has no types for these; the conditions are those of Spark 4, the texts those of 3.5.
    private static final Pattern NO_SOURCE = Pattern.compile("DATA_SOURCE_NOT_FOUND|Failed to find (the )?data source");
    private static final Pattern NO_PATH = Pattern.compile("PATH_NOT_FOUND|Path does not exist");
    private static final Pattern NO_FILES = Pattern.compile("UNABLE_TO_INFER_SCHEMA|Unable to infer schema");
    private static final Pattern NO_CONNECTOR =
            Pattern.compile("No FileSystem for scheme|Class \\S*FileSystem not found|UnknownHostException");

    /** Copies the map. */
    public DataSource {
        options = Map.copyOf(options);
    }

    /** All rows of a source, with its columns as they are. */
    public DataSource(String format, Optional<String> path, Map<String, String> options) {
        this(format, path, Optional.empty(), options, Optional.empty(), Optional.empty());
    }

    /** A table or view by the name that SQL gives it. */
    public static DataSource ofTable(String name) {
        return new DataSource(
                "table", Optional.empty(), Optional.of(name), Map.of(), Optional.empty(), Optional.empty());
    }

    /** The rows that meet an SQL condition. */
    public DataSource where(String condition) {
        return new DataSource(format, path, table, options, Optional.of(condition), pipeline);
    }

    /** The rows as a saved {@code PipelineModel} changes them. */
    public DataSource through(String savedPipeline) {
        return new DataSource(format, path, table, options, where, Optional.of(savedPipeline));
    }

    /**
     * The rows as they come out of the pipeline; schema inference and the loading of a pipeline may start Spark jobs.
     *
     * @param inputs features of the network, which libsvm files do not say
     * @throws UserException if there is nothing at the path, no such source, table or pipeline, the condition is none, or
     *     the source cannot make out its schema
     */
    public Dataset<Row> read(SparkSession session, int inputs) {
        return throughPipeline(rows(session, inputs));
    }

    /** The rows of the source that meet the condition, with its own columns. */
    public Dataset<Row> rows(SparkSession session, int inputs) {
        Dataset<Row> rows = table.isPresent() ? table(session, table.get()) : files(session, inputs);
        return where.isPresent() ? filtered(rows, where.get()) : rows;
    }

    /** What the pipeline makes of {@link #rows}. */
    public Dataset<Row> throughPipeline(Dataset<Row> rows) {
        return pipeline.isPresent() ? SavedPipeline.load(pipeline.get()).apply(rows) : rows;
    }

    private Dataset<Row> table(SparkSession session, String name) {
        try {
            return session.read().options(options).table(name);
        } catch (Exception e) { // Spark, written in Scala, throws checked exceptions that it does not declare
            if (e instanceof AnalysisException) {
                throw UserException.at(
                        Component.DATA_TABLE,
                        "'" + name + "': " + SourceFailures.firstLine(e)
                                + " Check the name, and that Spark's settings name the catalogue",
                        e,
                        Component.SPARK_SETTINGS);
            }
            throw SourceFailures.rethrown(e);
        }
    }

    private static Dataset<Row> filtered(Dataset<Row> rows, String condition) {
        try {
            return rows.where(condition);
        } catch (Exception e) { // as above
            if (e instanceof AnalysisException) {
                throw UserException.at(
                        Component.DATA_WHERE,
                        "'" + condition + "' is no condition on these rows: " + SourceFailures.firstLine(e),
                        e);
            }
            throw SourceFailures.rethrown(e);
        }
    }

    private Dataset<Row> files(SparkSession session, int inputs) {
        DataFrameReader reader = session.read().format(format).options(options);
        if (format.equals("libsvm") && !options.containsKey("numFeatures")) {
            reader = reader.option("numFeatures", inputs);
        }
        try {
            return path.isPresent() ? reader.load(path.get()) : reader.load();
        } catch (Exception e) { // as above
            throw refusal(e);
        }
    }

    private RuntimeException refusal(Exception e) {
        String message = String.valueOf(e.getMessage());
        String line = message.lines().findFirst().orElse("");
        if (NO_SOURCE.matcher(message).find()) {
            return UserException.at(
                    Component.DATA_FORMAT,
                    "no data source is called '" + format + "'; check its spelling, or add its package to"
                            + " the class path, as with the Spark setting spark.jars.packages",
                    e);
        }
        if (NO_PATH.matcher(message).find()) {
            return atPath("no such file or directory; check the path", e);
        }
        if (NO_FILES.matcher(message).find()) {
            return atPath(
                    "holds no files that the format " + format + " can read; check both", e, Component.DATA_FORMAT);
        }
        if (NO_CONNECTOR.matcher(message).find()) {
            return atPath(
                    "cannot be opened: " + line + "; check that the connector of its scheme is on the class path", e);
        }
        if (e instanceof SQLException) {
            return atPath(
                    line + "; check the options, and that the driver is on the class path", e, Component.DATA_OPTIONS);
        }
        if (e instanceof IllegalArgumentException && !(e instanceof NumberFormatException) && !options.isEmpty()) {
            return UserException.at(
                    Component.DATA_OPTIONS,
                    "the source refuses one: " + SourceFailures.firstLine(e) + "; check "
                            + new TreeSet<>(options.keySet()),
                    e);
        }
        return SourceFailures.problem(e)
                .<RuntimeException>map(problem ->
                        atPath(problem + "; mend the file, or check its format, " + format, e, Component.DATA_FORMAT))
                .orElseGet(() -> SourceFailures.rethrown(e));
    }

    private UserException atPath(String problem, Exception cause, Component... mends) {
        return UserException.at(Component.DATA_PATH, path.orElse(format) + ": " + problem, cause, mends);
    }
}
