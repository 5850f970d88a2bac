package org.sparkkfac.cli.config;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;

/** The rows to validate on: those of {@link DataSettings}, but for what is set here. */
final class ValidationSettings {
    static final Setting<String> PATH =
            Setting.of("path", String.class, "a file, a directory or a glob of the same format and columns");
    static final Setting<String> TABLE = Setting.of("table", String.class, "a table or view in place of a path");
    static final Setting<String> WHERE = Setting.of("where", String.class, "an SQL condition on its columns");
    static final Setting<Long> LIMIT = Setting.integer("limit", Range.atLeast(1, "row"), "only the first rows");

    static final List<Setting<?>> SETTINGS = List.of(PATH, TABLE, WHERE, LIMIT);

    private ValidationSettings() {}

    /** Whether there is something to validate on. */
    static boolean isSet(SettingValues values) {
        return SETTINGS.stream().anyMatch(setting -> values.find(setting).isPresent());
    }

    /** The rows, beside those to learn from. */
    static DataSettings of(SettingValues values, DataSettings data) {
        Optional<String> path = values.find(PATH);
        Optional<String> table = values.find(TABLE);
        if (path.isPresent() && table.isPresent()) {
            throw TABLE.invalid("is set, and so is the path");
        }
        Optional<Long> limit = values.find(LIMIT);
        limit.ifPresent(LIMIT::check);
        boolean isElsewhere = path.isPresent() || table.isPresent();
        return new DataSettings(
                data.format(),
                isElsewhere ? path : data.path(),
                data.options(),
                isElsewhere ? table : data.table(),
                values.find(WHERE),
                limit,
                data.pipeline(),
                data.features(),
                data.label(),
                data.weight(),
                data.id(),
                data.badRows() == BadRows.FAIL ? BadRows.FAIL : BadRows.SKIP,
                Optional.empty(),
                data.splitBytes());
    }
}
