package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.spark.rows.BadRow;

/** A block of rows → columns beside each row. A new use is one of these; {@link RowMap} runs it in Spark. */
interface RowFunction extends Serializable {
    /** What is computed in one thread. */
    interface Worker {
        /** The columns of every row of a block, in order. */
        List<@Nullable Object[]> of(RowBlock block);

        /** The columns of a row that cannot be used, or null to leave it out; throws where there must be none. */
        @Nullable Object @Nullable [] of(BadRow row);
    }

    /** The columns that it adds. */
    StructType columns();

    /** Whether it is about rows that can be used; the others are left out otherwise. */
    default boolean isOfGoodRows() {
        return true;
    }

    Worker worker();

    /** The columns of the rows of some blocks, in this process: the reference for Spark's. */
    default List<@Nullable Object[]> of(Iterable<RowBlock> blocks) {
        Worker worker = worker();
        List<@Nullable Object[]> columns = new ArrayList<>();
        blocks.forEach(block -> columns.addAll(worker.of(block)));
        return columns;
    }
}
