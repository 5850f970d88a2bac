package org.sparkkfac.spark.rows;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.paths.SparkPath;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.spark.rows.BadRow.Reason;
import org.sparkkfac.spark.rows.NumberColumns.Problem;

/**
 * Reads the projected rows of one partition and checks them: dimension, null, NaN, infinity, label, weight. A bad row
 * is reported and passed over; a row that the source itself cannot parse is the last, since its reader is then broken.
 * All rows are read into the same memory.
 */
public final class RowReader implements Iterator<Example> {
    /** What rows must fit: the network without its parameters. */
    public record Shape(int inputs, int outputs, String likelihood, Map<String, Double> constants)
            implements Serializable {
        public static Shape of(Network network) {
            return new Shape(
                    network.inputs(),
                    network.outputs(),
                    network.likelihood().type(),
                    Map.copyOf(network.likelihood().parameters()));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RowReader.class);

    private final Iterator<InternalRow> rows;
    private final RowProjection.Names names;
    private final NumberColumns.Reader features;
    private final NumberColumns.Reader label;
    private final Shape shape;
    private final Likelihood likelihood;
    private final RowHash hashes = new RowHash();
    private long position = 1;
    private @Nullable Example unread;
    private @Nullable InternalRow last;
    private boolean stopped;

    RowReader(Iterator<InternalRow> rows, RowProjection.Names names, Shape shape) {
        this.rows = rows;
        this.names = names;
        this.features = names.features().reader();
        this.label = names.label().reader();
        this.shape = shape;
        this.likelihood = Likelihoods.create(shape.likelihood(), shape.constants());
    }

    @Override
    public boolean hasNext() {
        if (!stopped && unread == null) {
            try {
                if (rows.hasNext()) {
                    last = rows.next();
                    unread = read(last);
                }
            } catch (Exception e) { // Spark's own are checked, which Scala does not declare
                unread = new Example(unparsable(e));
            }
            position++;
        }
        return unread != null;
    }

    @Override
    public Example next() {
        Example example = hasNext() ? unread : null;
        if (example == null) {
            throw new NoSuchElementException();
        }
        unread = null;
        stopped = example.bad != null && example.bad.isLast();
        return example;
    }

    /** The row that {@link #next} returned last, until {@link #hasNext} is asked again. */
    public InternalRow lastRow() {
        if (last == null) {
            throw new NoSuchElementException();
        }
        return last;
    }

    /** The report of a row on which the source's own reader failed; rethrows what no row is to blame for. */
    private BadRow unparsable(Exception e) {
        String problem = SourceFailures.problem(e).orElseThrow(() -> SourceFailures.rethrown(e));
        return new BadRow(Reason.UNREADABLE, problem, file(), splitStart(), position, names.filtered(), "");
    }

    private Example read(InternalRow row) {
        Problem problem = features.read(row, shape.inputs());
        if (problem != null) {
            return bad(row, problem);
        }
        double[] targets = null;
        if (!names.label().isEmpty()) {
            problem = label.read(row, -1);
            targets = label.values();
            problem = problem != null ? problem : labelProblem(targets);
            if (problem != null) {
                return bad(row, problem);
            }
        }
        double weight = row.isNullAt(RowProjection.WEIGHT) ? Double.NaN : row.getDouble(RowProjection.WEIGHT);
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            return bad(
                    row,
                    new Problem(
                            Reason.WEIGHT,
                            names.weight() + " is "
                                    + (row.isNullAt(RowProjection.WEIGHT) ? "null or not a number" : weight)
                                    + ", but every weight must be finite and ≥ 0"));
        }
        if (!names.id().isEmpty() && row.isNullAt(RowProjection.ID)) {
            return bad(row, new Problem(Reason.ID, names.id() + " is null, but every row needs its id"));
        }
        long hash = hashes.of(features.values());
        long id = names.id().isEmpty() ? hash : row.getLong(RowProjection.ID);
        return new Example(features.values(), targets, weight, id, hashes.of(hash, targets, weight));
    }

    private @Nullable Problem labelProblem(double[] label) {
        String problem = likelihood.labelProblem(label, shape.outputs());
        return problem == null
                ? null
                : new Problem(
                        Reason.LABEL,
                        "column " + String.join(", ", names.label().names()) + ": " + problem);
    }

    private Example bad(InternalRow row, Problem problem) {
        return new Example(report(row, problem.reason(), problem.text()));
    }

    private BadRow report(InternalRow row, Reason reason, String problem) {
        String id = "";
        if (names.textId() && !row.isNullAt(RowProjection.ID_TEXT)) {
            id = row.getUTF8String(RowProjection.ID_TEXT).toString();
        } else if (!names.id().isEmpty() && !row.isNullAt(RowProjection.ID)) {
            id = Long.toString(row.getLong(RowProjection.ID));
        }
        return new BadRow(reason, problem, file(), splitStart(), position, names.filtered(), id);
    }

    private static String file() {
        String path = InputFileBlockHolder.getInputFilePath().toString();
        if (path.isEmpty()) {
            return path;
        }
        try {
            path = SparkPath.fromUrlString(path).toPath().toString();
        } catch (Exception e) { // readers of RDDs give the plain path
            LOG.debug("{} is not encoded", path, e);
        }
        return path.replaceFirst("^file:/+", "/");
    }

    private static long splitStart() {
        return Math.max(0, InputFileBlockHolder.getStartOffset());
    }
}
