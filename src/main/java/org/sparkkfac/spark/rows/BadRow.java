package org.sparkkfac.spark.rows;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;
import org.sparkkfac.UserException;
import org.sparkkfac.stats.SkippedRows;

/**
 * A row that cannot be used. It travels as a task's result, not as an exception, since Spark would run the task again to
 * find the same row.
 *
 * @param reason the kind of problem
 * @param problem what is wrong with which value
 * @param file the file it is in, or empty
 * @param splitStart first byte of the split it is in
 * @param position its place among the rows of the split, from 1
 * @param filtered whether rows before it may have been filtered out, which then do not count
 * @param id its id as text, or empty
 */
public record BadRow(
        Reason reason, String problem, String file, long splitStart, long position, boolean filtered, String id) {
    /** Why a row cannot be used. */
    public enum Reason {
        /** A null among features or label, or a text that is no number. */
        NULL,
        NOT_FINITE,
        /** Not as many features as the network has inputs. */
        DIMENSION,
        LABEL,
        WEIGHT,
        ID,
        /** The source's own reader, or a pipeline, failed on it; what comes after it cannot be read either. */
        UNREADABLE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public void write(DataOutput out) throws IOException {
        out.writeUTF(reason.name());
        out.writeUTF(problem);
        out.writeUTF(file);
        out.writeLong(splitStart);
        out.writeLong(position);
        out.writeBoolean(filtered);
        out.writeUTF(id);
    }

    public static BadRow read(DataInput in) throws IOException {
        return new BadRow(
                Reason.valueOf(in.readUTF()),
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readBoolean(),
                in.readUTF());
    }

    /** Whether the rows after it cannot be read. */
    public boolean isLast() {
        return reason == Reason.UNREADABLE;
    }

    /** What, where, and how to mend it. */
    public UserException refusal() {
        SourceFailures.Mend mend = isLast() ? SourceFailures.Mend.of(problem) : SourceFailures.Mend.SKIP;
        return mend.refusal("bad row: " + place() + ": " + problem, null);
    }

    SkippedRows.Sample sample() {
        return new SkippedRows.Sample(reason.toString(), place(), problem);
    }

    /** The file, the row in it, and the id, as far as they are known. */
    public String place() {
        String name = id.isEmpty() ? "" : ", id " + id;
        String row = "row " + position + (filtered ? " after filtering" : "");
        if (file.isEmpty()) {
            return row + " of its partition" + name;
        }
        return file + ", " + row + (splitStart == 0 ? "" : " of the split at byte " + splitStart) + name;
    }
}
