package org.sparkkfac.spark;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.UserException;

/**
 * Any source that {@code spark.read} knows.
 *
 * @param format its name: parquet, csv, libsvm, jdbc, …
 * @param path a file, directory or glob; empty for sources that are not files
 * @param options the source's own options
 */
public record DataSource(String format, Optional<String> path, Map<String, String> options) {
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

    /**
     * The rows; schema inference may start Spark jobs.
     *
     * @param inputs features of the network, which libsvm files need to be told
     * @throws UserException if there is nothing at the path, no such source, or the source cannot make out its schema
     */
    public Dataset<Row> read(SparkSession session, int inputs) {
        DataFrameReader reader = session.read().format(format).options(options);
        if (format.equals("libsvm") && !options.containsKey("numFeatures")) {
            reader = reader.option("numFeatures", inputs);
        }
        try {
            return path.isPresent() ? reader.load(path.get()) : reader.load();
        } catch (Exception e) { // Spark, written in Scala, throws checked exceptions that it does not declare
            throw refusal(e);
        }
    }

    private RuntimeException refusal(Exception e) {
        String message = String.valueOf(e.getMessage());
        String place = "data.path: " + path.orElse(format) + ": ";
        if (NO_SOURCE.matcher(message).find()) {
            return new UserException(
                    "data.format: no data source is called '" + format + "'; check its spelling, or add its package to"
                            + " the class path, as with the Spark setting spark.jars.packages",
                    e);
        }
        if (NO_PATH.matcher(message).find()) {
            return new UserException(place + "no such file or directory; check the path", e);
        }
        if (NO_FILES.matcher(message).find()) {
            return new UserException(
                    place + "holds no files that data.format = " + format + " can read; check both", e);
        }
        if (NO_CONNECTOR.matcher(message).find()) {
            return new UserException(
                    place + "cannot be opened: " + message.lines().findFirst().orElse("")
                            + "; check that the connector of its scheme is on the class path",
                    e);
        }
        if (e instanceof SQLException) {
            return new UserException(
                    place + message.lines().findFirst().orElse("") + "; check data.options, and that the"
                            + " driver is on the class path",
                    e);
        }
        return SourceFailures.problem(e)
                .<RuntimeException>map(problem ->
                        new UserException(place + problem + "; mend the file, or check data.format = " + format, e))
                .orElseGet(() -> SourceFailures.rethrown(e));
    }
}
