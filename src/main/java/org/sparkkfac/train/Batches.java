package org.sparkkfac.train;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.train.state.BatchCursor;

/**
 * Cuts a dataset into batches of any size. An epoch visits every row once: blocks are cut in chunks, the chunks of every
 * group are shuffled, and the groups take turns, so that the tasks of a batch have equal work.
 */
final class Batches {
    /** The rows of a batch, and where the next one begins. */
    record Batch(RowSelection rows, BatchCursor next) {}

    private final BlockIndex blocks;
    private final int chunkRows;
    private final long seed;

    Batches(BlockIndex blocks, int chunkRows, long seed) {
        this.blocks = blocks;
        this.chunkRows = chunkRows;
        this.seed = seed;
    }

    /** The next so many rows. All rows at once are taken in the order of the blocks and end the epoch. */
    Batch next(BatchCursor cursor, long rows) {
        if (rows >= blocks.rows()) {
            return new Batch(blocks.all(), new BatchCursor(cursor.epoch() + 1, 0, 0));
        }
        List<RowRange> ranges = new ArrayList<>();
        List<RowRange> order = order(cursor.epoch());
        BatchCursor at = cursor;
        long left = rows;
        while (left > 0) {
            RowRange chunk = order.get(at.chunk());
            int count = (int) Math.min(left, chunk.count() - at.row());
            ranges.add(new RowRange(chunk.block(), chunk.first() + at.row(), count));
            left -= count;
            if (at.row() + count < chunk.count()) {
                at = new BatchCursor(at.epoch(), at.chunk(), at.row() + count);
            } else if (at.chunk() + 1 < order.size()) {
                at = new BatchCursor(at.epoch(), at.chunk() + 1, 0);
            } else {
                at = new BatchCursor(at.epoch() + 1, 0, 0);
                order = order(at.epoch());
            }
        }
        return new Batch(new RowSelection(ranges), at);
    }

    /** All chunks in the order of an epoch. */
    List<RowRange> order(long epoch) {
        CounterRandom random = new CounterRandom(seed).seek(epoch, 0);
        List<List<RowRange>> groups = new ArrayList<>();
        int longest = 0;
        for (int g = 0; g < blocks.groups().size(); g++) {
            List<RowRange> chunks = chunks(g);
            shuffle(chunks, random);
            groups.add(chunks);
            longest = Math.max(longest, chunks.size());
        }
        List<RowRange> order = new ArrayList<>();
        for (int i = 0; i < longest; i++) {
            for (List<RowRange> group : groups) {
                if (i < group.size()) {
                    order.add(group.get(i));
                }
            }
        }
        return order;
    }

    private List<RowRange> chunks(int group) {
        List<RowRange> chunks = new ArrayList<>();
        int block = blocks.first(group);
        for (int rows : blocks.groups().get(group)) {
            for (int first = 0; first < rows; first += chunkRows) {
                chunks.add(new RowRange(block, first, Math.min(chunkRows, rows - first)));
            }
            block++;
        }
        return chunks;
    }

    /** Fisher and Yates. */
    private static void shuffle(List<RowRange> chunks, CounterRandom random) {
        for (int i = chunks.size() - 1; i > 0; i--) {
            int j = (int) (random.nextUniform() * (i + 1));
            RowRange chunk = chunks.get(i);
            chunks.set(i, chunks.get(j));
            chunks.set(j, chunk);
        }
    }
}
