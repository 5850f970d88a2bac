package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.likelihood.ClassRule;
import org.sparkkfac.spark.rows.BadRow;

/**
 * What a network predicts: {@code probability} or {@code mean}, an array where the network has several outputs, and {@code
 * prediction}, the class, where rows are of one of several.
 *
 * @param skipsBadRows whether rows that cannot be used are left out, and not refused
 */
record Predict(Network network, Precision precision, boolean skipsBadRows) implements RowFunction {
    static final String PROBABILITY = "probability";
    static final String MEAN = "mean";
    static final String PREDICTION = "prediction";

    private static final long serialVersionUID = 1;

    @Override
    public StructType columns() {
        DataType type =
                network.outputs() == 1 ? DataTypes.DoubleType : DataTypes.createArrayType(DataTypes.DoubleType, false);
        StructType columns =
                new StructType().add(network.likelihood().hasProbabilities() ? PROBABILITY : MEAN, type, false);
        return classes().isPresent() ? columns.add(PREDICTION, DataTypes.IntegerType, false) : columns;
    }

    private Optional<ClassRule> classes() {
        return network.likelihood().classes(network.outputs());
    }

    @Override
    public Worker worker() {
        BlockPass.Engine engine = new BlockPass.Engine(network, precision);
        return new Worker() {
            @Override
            public List<@Nullable Object[]> of(RowBlock block) {
                return predicted(engine.forward(block).outputs());
            }

            @Override
            public @Nullable Object @Nullable [] of(BadRow row) {
                if (!skipsBadRows || row.isLast()) {
                    throw row.refusal();
                }
                return null;
            }
        };
    }

    private List<@Nullable Object[]> predicted(Matrix outputs) {
        Optional<ClassRule> rule = classes();
        List<@Nullable Object[]> rows = new ArrayList<>();
        double[] f = new double[network.outputs()];
        double[] mean = new double[f.length];
        for (int b = 0; b < outputs.columns(); b++) {
            outputs.getColumn(b, f);
            network.likelihood().mean(f, mean);
            Object expected = mean.length == 1 ? (Object) mean[0] : mean.clone();
            rows.add(rule.isPresent() ? new Object[] {expected, rule.get().predicted(f)} : new Object[] {expected});
        }
        return rows;
    }
}
