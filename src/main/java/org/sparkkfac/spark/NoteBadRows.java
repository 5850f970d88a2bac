package org.sparkkfac.spark;

import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.spark.rows.BadRow;

/** The rows that cannot be used, with what is wrong with them and where they are. */
record NoteBadRows() implements RowFunction {
    static final StructType NOTES = new StructType()
            .add("_kfac_reason", DataTypes.StringType)
            .add("_kfac_problem", DataTypes.StringType)
            .add("_kfac_file", DataTypes.StringType)
            .add("_kfac_split", DataTypes.LongType)
            .add("_kfac_row", DataTypes.LongType);

    private static final long serialVersionUID = 1;

    @Override
    public StructType columns() {
        return NOTES;
    }

    @Override
    public boolean isOfGoodRows() {
        return false;
    }

    @Override
    public Worker worker() {
        return new Worker() {
            @Override
            public List<@Nullable Object[]> of(RowBlock block) {
                throw new IllegalStateException("rows that can be used have no notes");
            }

            @Override
            public @Nullable Object @Nullable [] of(BadRow row) {
                return new @Nullable Object[] {
                    row.reason().toString(),
                    row.problem(),
                    row.file().isEmpty() ? null : row.file(),
                    row.splitStart(),
                    row.position()
                };
            }
        };
    }
}
