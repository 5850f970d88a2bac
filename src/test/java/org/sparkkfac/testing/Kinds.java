package org.sparkkfac.testing;

import java.util.List;
import org.sparkkfac.stats.StatisticKind;

/** Kinds of statistics by what may be asked of them. */
public final class Kinds {
    /** Sums over rows alone: whatever the split, whatever the pass, they add up to the whole. */
    public static final List<StatisticKind> ONE_PASS =
            List.of(StatisticKind.KRONECKER, StatisticKind.EXACT_BLOCK, StatisticKind.DIAGONAL, StatisticKind.FULL);

    private Kinds() {}
}
