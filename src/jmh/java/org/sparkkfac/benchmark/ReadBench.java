package org.sparkkfac.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.stats.StatisticsPlan;

/** Rows → blocks from Parquet. */
final class ReadBench implements Bench {
    private static final int ROWS = 200_000;
    private static final int COLUMNS = 100;

    @Override
    public String name() {
        return "read";
    }

    @Override
    public String description() {
        return "200,000 rows of 100 doubles from Parquet into blocks, as a vector, an array, and 100 columns: a pass of one"
                + " output that collects no statistics; reported";
    }

    @Override
    public void run(Setting setting, Results results) {
        long rows = setting.rowsOr(ROWS);
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.chain("tanh", "gaussian", COLUMNS, 1);
            Map<String, List<String>> forms = new LinkedHashMap<>();
            forms.put("vector", List.of("vector"));
            forms.put("array", List.of("array"));
            forms.put(
                    "columns",
                    IntStream.range(0, COLUMNS).mapToObj(i -> "c" + i).toList());
            List<Case> cases = new ArrayList<>();
            forms.forEach((form, names) -> {
                Dataset<Row> data = session.read()
                        .parquet(write(session, setting.data(), rows, form, names)
                                .toString());
                CollectOptions options = CollectOptions.defaults()
                        .withColumns(
                                new Columns(names, List.of(), java.util.Optional.empty(), java.util.Optional.empty()))
                        .withPlan(StatisticsPlan.of(Fisher.exact()))
                        .withGroups(4);
                cases.add(Case.of(
                        form,
                        Precision.DOUBLE,
                        0,
                        () -> options.plan().collect(network, new SparkPass(data, options))));
            });
            setting.timing().run(cases).forEach((each, seconds) -> {
                double median = results.add(each, seconds, null);
                results.add(each.name(), "double", Map.of("rows_per_second", rows / median));
            });
        } finally {
            session.stop();
        }
    }

    private static Path write(SparkSession session, Path data, long rows, String form, List<String> names) {
        Path path = data.resolve("read-" + rows + "-" + form + ".parquet");
        if (!Files.exists(path.resolve("_SUCCESS"))) {
            Dataset<Row> arrays = session.range(0, rows, 1, 4)
                    .selectExpr("transform(sequence(1, " + COLUMNS + "), i -> sin(i * id * 0.37)) as array");
            Dataset<Row> written =
                    switch (form) {
                        case "vector" ->
                            arrays.select(functions
                                    .array_to_vector(arrays.col("array"))
                                    .as("vector"));
                        case "array" -> arrays;
                        default ->
                            arrays.select(IntStream.range(0, COLUMNS)
                                    .mapToObj(
                                            i -> arrays.col("array").getItem(i).as(names.get(i)))
                                    .toArray(Column[]::new));
                    };
            written.write().mode(SaveMode.Overwrite).parquet(path.toString());
        }
        return path;
    }
}
