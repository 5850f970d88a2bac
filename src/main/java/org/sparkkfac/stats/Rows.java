package org.sparkkfac.stats;

import java.io.Serializable;
import java.util.List;

/** The rows that a {@link Part} of a request is about: all that there are, or some of kept blocks. */
public sealed interface Rows extends Serializable permits Rows.All, RowSelection {
    /** All rows of a dataset, whether streamed or kept. */
    All ALL = All.INSTANCE;

    /** The type of {@link Rows#ALL}. */
    enum All implements Rows {
        /** The only one. */
        INSTANCE;

        @Override
        public List<RowRange> of(int block, int rows) {
            return rows == 0 ? List.of() : List.of(new RowRange(block, 0, rows));
        }

        @Override
        public boolean isEmpty() {
            return false;
        }
    }

    /** The ranges of one block, which has {@code rows} rows. */
    List<RowRange> of(int block, int rows);

    boolean isEmpty();
}
