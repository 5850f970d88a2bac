package org.sparkkfac.train;

import java.util.List;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.train.optimiser.CommonSettings;

/**
 * How many rows a step is made from: {@code m_k = min(m_1·e^{(k−1)/b}, N)}, b such that {@code m_K = N}; Martens and
 * Grosse 2015, section 13.
 *
 * @param rows m_1; {@link Long#MAX_VALUE} for all rows
 * @param fullAt K, the step from which on all rows are taken; 0 for batches that do not grow
 * @param chunkRows rows to which blocks are cut before an epoch's order is drawn, so that a batch is spread over the
 *     dataset and over its groups
 */
public record BatchSettings(long rows, long fullAt, int chunkRows) {
    public static final Setting<Long> ROWS = Setting.integer("batchRows", Range.atLeast(1), "rows of a step")
            .withOptionalDefault(1000L)
            .called("rows of a step");
    static final Setting<Long> CHUNK_ROWS = Setting.integer(
                    "batchChunkRows", Range.atLeast(1), "the neighbouring rows of a run, of which a batch is made")
            .withDefault(256L);

    public static final List<Setting<?>> SETTINGS = List.of(ROWS, CommonSettings.BATCH_FULL_AT, CHUNK_ROWS);

    /** Rejects empty batches. */
    public BatchSettings {
        ROWS.check(rows);
        CommonSettings.BATCH_FULL_AT.check(fullAt);
        if (fullAt == 1) {
            throw CommonSettings.BATCH_FULL_AT.invalid("must be 0 or at least 2, not 1");
        }
        CHUNK_ROWS.check((long) chunkRows);
    }

    static BatchSettings of(SettingValues values) {
        return new BatchSettings(
                values.find(ROWS).orElse(Long.MAX_VALUE),
                values.find(CommonSettings.BATCH_FULL_AT).orElse(0L),
                Math.toIntExact(Math.min(Integer.MAX_VALUE, values.get(CHUNK_ROWS))));
    }

    /** All rows at every step. */
    public static BatchSettings full() {
        return new BatchSettings(Long.MAX_VALUE, 0, 256);
    }

    /** The same number of rows at every step. */
    public static BatchSettings of(long rows) {
        return new BatchSettings(rows, 0, 256);
    }

    /** The most neighbouring rows of a step: a chunk, but whole blocks where a batch may be all rows. */
    public long longestRange() {
        return rows == Long.MAX_VALUE || fullAt > 0 ? Long.MAX_VALUE : chunkRows;
    }

    /** Neighbouring rows as a step has them, for what its requests cost: as many as it has of a block of {@code most} rows. */
    public RowSelection example(int most) {
        return new RowSelection(List.of(new RowRange(0, 0, (int) Math.min(longestRange(), most))));
    }

    /** Rows of step k, counted from 1, of a dataset of n rows. */
    public long at(long k, long n) {
        if (rows >= n || (fullAt > 0 && k >= fullAt)) {
            return n;
        }
        if (fullAt == 0) {
            return rows;
        }
        double exponent = (double) (k - 1) / (fullAt - 1);
        return Math.min(n, Math.round(rows * Math.pow((double) n / rows, exponent)));
    }
}
