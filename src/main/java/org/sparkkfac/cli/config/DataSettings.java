package org.sparkkfac.cli.config;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where rows come from and what their columns mean.
 *
 * @param format the name of a Spark data source
 * @param path absent for a table, and for sources that are not files, such as jdbc
 * @param options options of the data source, sorted by name
 * @param table a table of the catalogue in place of a path
 * @param where an SQL condition on the rows
 * @param limit so many rows at most
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
    private static final Set<String> FILE_FORMATS =
            Set.of("parquet", "orc", "csv", "json", "text", "avro", "libsvm", "image", "binaryFile", "delta");

    public DataSettings {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        InvalidSetting.unless(splitBytes >= 1, Key.DATA_SPLIT_BYTES, "must be at least 1 byte, not " + splitBytes);
        InvalidSetting.unless(
                table.isEmpty() || path.isEmpty(),
                Key.DATA_TABLE,
                "is set, and so is data.path; take one of them out, such as with --set data.path=null");
        InvalidSetting.unless(limit.orElse(1L) >= 1, Key.DATA_LIMIT, "must be at least 1 row, not " + limit.orElse(1L));
        InvalidSetting.unless(
                badRows != BadRows.QUARANTINE || quarantinePath.isPresent(),
                Key.DATA_BAD_ROWS,
                "\"quarantine\" needs data.quarantine-path");
    }

    /** Whether the rows are in files, so that they cannot be read without a path. */
    public boolean readsFiles() {
        return table.isEmpty() && FILE_FORMATS.contains(format);
    }
}
