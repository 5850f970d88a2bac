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
 * @param path absent only for sources that are not files, such as jdbc
 * @param options options of the data source, sorted by name
 * @param label absent if the rows have no targets
 * @param splitBytes files are cut at this size
 */
public record DataSettings(
        String format,
        Optional<String> path,
        Map<String, String> options,
        Columns features,
        Optional<Columns> label,
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
                badRows != BadRows.QUARANTINE || quarantinePath.isPresent(),
                Key.DATA_BAD_ROWS,
                "\"quarantine\" needs data.quarantine-path");
    }

    /** Whether the rows are in files, so that they cannot be read without a path. */
    public boolean readsFiles() {
        return FILE_FORMATS.contains(format);
    }
}
