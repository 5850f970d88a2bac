package org.sparkkfac.cli.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.spark.CollectOptions;

/**
 * Where rows come from and what their columns mean.
 *
 * @param format the name of a Spark data source
 * @param path absent for a table, and for sources that are not files, such as jdbc
 * @param options options of the data source, sorted by name
 * @param table a table of the catalogue in place of a path
 * @param where an SQL condition on the rows
 * @param limit the most rows that are read
 * @param pipeline the path of a saved PipelineModel that is applied first
 * @param label absent if the rows have no targets
 * @param splitBytes files are cut at this size
 */
public record DataSettings(
        String format,
        Optional<String> path,
        Map<String, String> options,
        Optional<String> table,
        Optional<String> where,
        Optional<Long> limit,
        Optional<String> pipeline,
        ColumnNames features,
        Optional<ColumnNames> label,
        Optional<String> weight,
        Optional<String> id,
        BadRows badRows,
        Optional<String> quarantinePath,
        long splitBytes) {
    static final Setting<String> FORMAT = Setting.<String>of("format", String.class, "the name of a Spark data source")
            .withDefault("parquet");
    static final Setting<String> PATH = Setting.of("path", String.class, "a file, a directory or a glob");
    static final Setting<Map<String, String>> OPTIONS = Setting.<Map<String, String>>of(
                    "options", Map.class, "options of the data source")
            .withDefault(Map.of());
    static final Setting<String> TABLE =
            Setting.of("table", String.class, "a table or view of the catalogue in place of a path");
    static final Setting<String> WHERE =
            Setting.of("where", String.class, "an SQL condition on the columns of the source");
    static final Setting<String> PIPELINE =
            Setting.of("pipeline", String.class, "the directory of a saved Spark ML PipelineModel");
    static final Setting<ColumnNames> FEATURES = Setting.<ColumnNames>of(
                    "features", ColumnNames.class, "the inputs of the model")
            .withDefault(new ColumnNames.One("features"));
    static final Setting<ColumnNames> LABEL = Setting.<ColumnNames>of("label", ColumnNames.class, "the targets")
            .withOptionalDefault(new ColumnNames.One("label"));
    static final Setting<String> WEIGHT = Setting.of("weight", String.class, "a numeric column of weights ≥ 0");
    static final Setting<String> ID = Setting.of("id", String.class, "a column that identifies a row");
    static final Setting<BadRows> BAD_ROWS = Setting.<BadRows>of(
                    "badRows", BadRows.class, "what happens to a row with a null, NaN, infinity")
            .withDefault(BadRows.FAIL);
    static final Setting<String> QUARANTINE_PATH = Setting.of(
            "quarantinePath", String.class, "a directory where bad-rows = \"quarantine\" writes the bad rows");

    static final List<Setting<?>> SETTINGS = List.of(
            FORMAT,
            PATH,
            OPTIONS,
            TABLE,
            WHERE,
            CollectOptions.LIMIT,
            PIPELINE,
            FEATURES,
            LABEL,
            WEIGHT,
            ID,
            BAD_ROWS,
            QUARANTINE_PATH,
            CollectOptions.SPLIT_BYTES);

    private static final Set<String> FILE_FORMATS =
            Set.of("parquet", "orc", "csv", "json", "text", "avro", "libsvm", "image", "binaryFile", "delta");

    public DataSettings {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        CollectOptions.SPLIT_BYTES.check(splitBytes);
        limit.ifPresent(CollectOptions.LIMIT::check);
        if (table.isPresent() && path.isPresent()) {
            throw TABLE.invalid("is set, and so is data.path; take one of them out, such as with --set data.path=null");
        }
        if (badRows == BadRows.QUARANTINE && quarantinePath.isEmpty()) {
            throw BAD_ROWS.invalid("\"quarantine\" needs data.quarantine-path");
        }
    }

    static DataSettings of(SettingValues values) {
        return new DataSettings(
                values.get(FORMAT),
                values.find(PATH),
                values.get(OPTIONS),
                values.find(TABLE),
                values.find(WHERE),
                values.find(CollectOptions.LIMIT),
                values.find(PIPELINE),
                values.get(FEATURES),
                values.find(LABEL),
                values.find(WEIGHT),
                values.find(ID),
                values.get(BAD_ROWS),
                values.find(QUARANTINE_PATH),
                values.get(CollectOptions.SPLIT_BYTES));
    }

    /** Whether the rows are in files, so that they cannot be read without a path. */
    public boolean readsFiles() {
        return table.isEmpty() && FILE_FORMATS.contains(format);
    }
}
