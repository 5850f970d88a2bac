package org.sparkkfac.spark;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
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
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            boolean isWrong = e instanceof AnalysisException || e instanceof ClassNotFoundException;
            String problem = isWrong
                    ? SourceFailures.firstLine(e)
                    : SourceFailures.problem(e).orElseThrow(() -> SourceFailures.rethrown(e));
            throw new UserException(
                    "data.path: " + path.orElse(format) + ": " + problem + "; check data.format = " + format, e);
        }
    }
}
