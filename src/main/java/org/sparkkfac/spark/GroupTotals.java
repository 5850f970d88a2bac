package org.sparkkfac.spark;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/** The results of all groups, added up in the order in which they are given: group order. */
final class GroupTotals {
    private final StatisticsState state;
    private final SkippedRows skipped = new SkippedRows();
    private long hashSum;
    private long drawSum;

    /** Nothing yet; adds to {@code state}, which is empty. */
    GroupTotals(StatisticsState state) {
        this.state = state;
    }

    /**
     * Adds what {@link GroupResult#toBytes} wrote.
     *
     * @throws UserException for a bad row
     */
    void add(byte[] result) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(result))) {
            addHead(in);
            for (DoubleMatrix part : state.parts()) {
                DoubleBytes.add(in, part);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Adds what {@link GroupResult#head} wrote.
     *
     * @throws UserException for a bad row
     */
    void addHead(byte[] head) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(head))) {
            addHead(in);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void addHead(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            throw new UserException(BadRow.read(in).message());
        }
        hashSum += in.readLong();
        drawSum += in.readLong();
        skipped.merge(SkippedRows.read(in));
        state.addCounts(in);
    }

    private static IllegalStateException unreadable(IOException e) {
        return new IllegalStateException("a task's result cannot be read", e);
    }

    StatisticsState state() {
        return state;
    }

    SkippedRows skipped() {
        return skipped;
    }

    long hashSum() {
        return hashSum;
    }

    /** The sum over rows and the keys of their draws. */
    long drawSum() {
        return drawSum;
    }
}
