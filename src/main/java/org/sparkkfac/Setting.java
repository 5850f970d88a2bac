package org.sparkkfac;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One component of a settings record: its name, type, default, range and meaning. The record states these here and nowhere
 * else; keys of the configuration, params of Spark ML and {@code reference.conf} follow.
 *
 * <p>Two settings are the same only if they are the same object. The name is the word that is stored and shown, which for
 * some is not the one in the code.
 *
 * @param <T> type of the values
 */
public final class Setting<T> {
    private final String name;
    private final Class<?> type;
    private final boolean isList;
    private final boolean isOptional;
    private final @Nullable T standard;
    private final @Nullable Range range;
    private final String meaning;

    private Setting(
            String name,
            Class<?> type,
            boolean isList,
            boolean isOptional,
            @Nullable T standard,
            @Nullable Range range,
            String meaning) {
        this.name = name;
        this.type = type;
        this.isList = isList;
        this.isOptional = isOptional;
        this.standard = standard;
        this.range = range;
        this.meaning = meaning;
    }

    /**
     * An optional value without a default.
     *
     * @param type {@code String}, {@code Boolean}, an enum, or whatever else the front end reads
     */
    public static <T> Setting<T> of(String name, Class<T> type, String meaning) {
        return new Setting<>(name, type, false, true, null, null, meaning);
    }

    /** An optional number. */
    public static Setting<Double> number(String name, Range range, String meaning) {
        return new Setting<>(name, Double.class, false, true, null, range, meaning);
    }

    /** An optional whole number of 64 bits. */
    public static Setting<Long> integer(String name, Range range, String meaning) {
        return new Setting<>(name, Long.class, false, true, null, range, meaning);
    }

    /** An optional whole number of 32 bits. */
    public static Setting<Integer> count(String name, Range range, String meaning) {
        return new Setting<>(name, Integer.class, false, true, null, range, meaning);
    }

    /** A list of values of a type, with its default. */
    public static <E> Setting<List<E>> list(String name, Class<E> element, List<E> standard, String meaning) {
        return new Setting<>(name, element, true, false, List.copyOf(standard), null, meaning);
    }

    /** The same with a default, so that there always is a value. */
    public Setting<T> withDefault(T value) {
        return new Setting<>(name, type, isList, false, value, range, meaning);
    }

    /** The same with a default that can be taken out. */
    public Setting<T> withOptionalDefault(T value) {
        return new Setting<>(name, type, isList, true, value, range, meaning);
    }

    /** In camel case. */
    public String name() {
        return name;
    }

    /** The name as words: {@code splitBytes} is "split bytes". */
    public String words() {
        return spelled(" ");
    }

    /** The name as in files and commands: {@code splitBytes} is "split-bytes". */
    public String kebab() {
        return spelled("-");
    }

    private String spelled(String separator) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", separator).toLowerCase(Locale.ROOT);
    }

    /** Type of the value, or of the elements of a list. */
    public Class<?> type() {
        return type;
    }

    /** Whether the value is a list. */
    public boolean isList() {
        return isList;
    }

    /** Whether there may be no value. */
    public boolean isOptional() {
        return isOptional;
    }

    /** What holds if nothing is said. */
    public Optional<T> standard() {
        return Optional.ofNullable(standard);
    }

    /** Which numbers may be values. */
    public Optional<Range> range() {
        return Optional.ofNullable(range);
    }

    /** One line for users. */
    public String meaning() {
        return meaning;
    }

    /**
     * The value.
     *
     * @throws InvalidSettingException if it is a number out of range or an empty list
     */
    public T check(T value) {
        if (range != null && value instanceof Number number) {
            range.problem(number).ifPresent(problem -> {
                throw invalid(problem);
            });
        }
        if (value instanceof List<?> list && list.isEmpty()) {
            throw invalid("is an empty list");
        }
        return value;
    }

    /**
     * The refusal of a value for another reason than its range.
     *
     * @param problem what is wrong and how to mend it, without the name of this setting
     * @param mends the settings that mend it
     */
    public InvalidSettingException invalid(String problem, Setting<?>... mends) {
        return new InvalidSettingException(this, problem, List.of(mends));
    }

    @Override
    public String toString() {
        return words();
    }
}
