package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows that were left out since they cannot be used: how many, why, from which files, and the first few.
 *
 * <p>The law is that of a statistic: empty is an identity, and merging the parts in the order of the rows gives the whole.
 * It travels with the sums in a task's result, so that a task that is tried again does not count twice. {@link #add},
 * {@link #merge} and {@link #read} change it.
 */
public final class SkippedRows {
    /** So many rows are shown. */
    public static final int SAMPLES = 10;

    /** So many files are counted one by one, those that come first; the others together. */
    public static final int FILES = 1000;

    /** What the files beyond {@link #FILES} are counted under. */
    public static final String OTHER_FILES = "(other files)";

    /**
     * A row that was left out.
     *
     * @param reason the kind of problem, in one word
     * @param place where the row is, as far as the source knows
     * @param problem what is wrong with which value
     */
    public record Sample(String reason, String place, String problem) {}

    private final Map<String, Long> byReason = new TreeMap<>();
    private final Map<String, Long> byFile = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();
    private long count;

    /** None. */
    public SkippedRows() {}

    /** Those that were counted before. */
    public SkippedRows(long count, Map<String, Long> byReason, Map<String, Long> byFile, List<Sample> samples) {
        this.count = count;
        this.byReason.putAll(byReason);
        this.byFile.putAll(byFile);
        this.samples.addAll(samples);
    }

    /** How many rows. */
    public long count() {
        return count;
    }

    /** How many for each reason; a view in alphabetical order. */
    public Map<String, Long> byReason() {
        return Collections.unmodifiableMap(byReason);
    }

    /** How many in each file, as far as rows come from files; a view in the order of paths. */
    public Map<String, Long> byFile() {
        return Collections.unmodifiableMap(byFile);
    }

    /** The first rows that were left out; a view. */
    public List<Sample> samples() {
        return Collections.unmodifiableList(samples);
    }

    /**
     * Adds a row.
     *
     * @param file the file that it is in, or empty
     */
    public void add(Sample row, String file) {
        count++;
        byReason.merge(row.reason(), 1L, Long::sum);
        if (!file.isEmpty()) {
            addFile(file, 1);
        }
        addSample(row);
    }

    /** Adds those that come after. */
    public void merge(SkippedRows later) {
        count += later.count;
        later.byReason.forEach((reason, rows) -> byReason.merge(reason, rows, Long::sum));
        later.byFile.forEach(this::addFile);
        later.samples.forEach(this::addSample);
    }

    private void addFile(String file, long rows) {
        boolean own = byFile.containsKey(file) || byFile.size() < FILES;
        byFile.merge(own ? file : OTHER_FILES, rows, Long::sum);
    }

    private void addSample(Sample row) {
        if (samples.size() < SAMPLES) {
            samples.add(row);
        }
    }

    /** Writes everything. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(count);
        write(byReason, out);
        write(byFile, out);
        out.writeInt(samples.size());
        for (Sample row : samples) {
            out.writeUTF(row.reason());
            out.writeUTF(row.place());
            out.writeUTF(row.problem());
        }
    }

    private static void write(Map<String, Long> counts, DataOutput out) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<String, Long> entry : counts.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue());
        }
    }

    /** What {@link #write} wrote. */
    public static SkippedRows read(DataInput in) throws IOException {
        SkippedRows rows = new SkippedRows();
        rows.count = in.readLong();
        read(rows.byReason, in);
        read(rows.byFile, in);
        int samples = in.readInt();
        for (int i = 0; i < samples; i++) {
            rows.samples.add(new Sample(in.readUTF(), in.readUTF(), in.readUTF()));
        }
        return rows;
    }

    private static void read(Map<String, Long> counts, DataInput in) throws IOException {
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            counts.put(in.readUTF(), in.readLong());
        }
    }

    /** {@code 3 not-finite, 1 null}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        byReason.forEach((reason, rows) -> parts.add(rows + " " + reason));
        return String.join(", ", parts);
    }
}
