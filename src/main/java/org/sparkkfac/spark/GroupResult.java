package org.sparkkfac.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/**
 * What the task of one group found: its sums, the sums of its rows' hashes, without and with the keys of draws, and the
 * rows that it left out; or the bad row that ended it. As bytes, so that
 * Spark's serialisers have nothing to say in it.
 */
final class GroupResult {
    private final @Nullable StatisticsState state;
    private final long hashSum;
    private final long drawSum;
    private final SkippedRows skipped;
    private final @Nullable BadRow bad;

    private GroupResult(
            @Nullable StatisticsState state, long hashSum, long drawSum, SkippedRows skipped, @Nullable BadRow bad) {
        this.state = state;
        this.hashSum = hashSum;
        this.drawSum = drawSum;
        this.skipped = skipped;
        this.bad = bad;
    }

    @Nullable StatisticsState state() {
        return state;
    }

    long hashSum() {
        return hashSum;
    }

    SkippedRows skipped() {
        return skipped;
    }

    /** The sum over rows and their ids where these key draws, else 0. */
    long drawSum() {
        return drawSum;
    }

    @Nullable BadRow bad() {
        return bad;
    }

    static byte[] encode(StatisticsState state, long hashSum, long drawSum, SkippedRows skipped) {
        return bytes(out -> {
            out.writeBoolean(true);
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            skipped.write(out);
            state.write(out);
        });
    }

    static byte[] encode(BadRow bad) {
        return bytes(out -> {
            out.writeBoolean(false);
            bad.write(out);
        });
    }

    static GroupResult decode(
            byte[] bytes, List<LayerShape> layers, List<StatisticKind> kinds, List<EigenBasis> bases) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (!in.readBoolean()) {
                return new GroupResult(null, 0, 0, new SkippedRows(), BadRow.read(in));
            }
            long hashSum = in.readLong();
            long drawSum = in.readLong();
            SkippedRows skipped = SkippedRows.read(in);
            return new GroupResult(StatisticsState.read(layers, kinds, bases, in), hashSum, drawSum, skipped, null);
        } catch (IOException e) {
            throw new IllegalStateException("a task's result cannot be read", e);
        }
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
