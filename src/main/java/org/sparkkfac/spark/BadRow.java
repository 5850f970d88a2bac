package org.sparkkfac.spark;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A row that cannot be used. It travels as a task's result, not as an exception, since Spark would run the task again to
 * find the same row.
 *
 * @param problem what is wrong with which value
 * @param file the file it is in, or empty
 * @param splitStart first byte of the split it is in
 * @param position its place among the rows of the split, from 1
 * @param id its id as text, or empty
 */
record BadRow(String problem, String file, long splitStart, long position, String id) {
    void write(DataOutput out) throws IOException {
        out.writeUTF(problem);
        out.writeUTF(file);
        out.writeLong(splitStart);
        out.writeLong(position);
        out.writeUTF(id);
    }

    static BadRow read(DataInput in) throws IOException {
        return new BadRow(in.readUTF(), in.readUTF(), in.readLong(), in.readLong(), in.readUTF());
    }

    /** What, where, and how to mend it. */
    String message() {
        return "bad row: " + place() + ": " + problem + "; mend the row or leave it out of the data";
    }

    private String place() {
        String name = id.isEmpty() ? "" : ", id " + id;
        if (file.isEmpty()) {
            return "row " + position + " of its partition" + name;
        }
        return file + ", row " + position + (splitStart == 0 ? "" : " of the split at byte " + splitStart) + name;
    }
}
