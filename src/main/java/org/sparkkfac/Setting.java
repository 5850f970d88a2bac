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
    private final String words;
    private final Class<?> type;
    private final List<String> choices;
    private final boolean isList;
    private final boolean isOptional;
    private final @Nullable T standard;
    private final @Nullable Range range;
    private final String meaning;

    private Setting(
            String name,
            String words,
            Class<?> type,
            List<String> choices,
            boolean isList,
            boolean isOptional,
            @Nullable T standard,
            @Nullable Range range,
            String meaning) {
        this.name = name;
        this.words = words;
        this.type = type;
        this.choices = choices;
        this.isList = isList;
        this.isOptional = isOptional;
        this.standard = standard;
        this.range = range;
        this.meaning = meaning;
    }

    private static <T> Setting<T> optional(String name, Class<?> type, @Nullable Range range, String meaning) {
        return new Setting<>(name, spelled(name, " "), type, List.of(), false, true, null, range, meaning);
    }

    /**
     * An optional value without a default.
     *
     * @param type {@code String}, {@code Boolean}, an enum, or whatever else the front end reads
     */
    public static <T> Setting<T> of(String name, Class<? super T> type, String meaning) {
        return optional(name, type, null, meaning);
    }

    /** An optional number. */
    public static Setting<Double> number(String name, Range range, String meaning) {
        return optional(name, Double.class, range, meaning);
    }

    /** An optional whole number of 64 bits. */
    public static Setting<Long> integer(String name, Range range, String meaning) {
        return optional(name, Long.class, range, meaning);
    }

    /** An optional whole number of 32 bits. */
    public static Setting<Integer> count(String name, Range range, String meaning) {
        return optional(name, Integer.class, range, meaning);
    }

    /** One of some words, of which the first is the default. */
    public static Setting<String> oneOf(String name, List<String> choices, String meaning) {
        return new Setting<>(
                name,
                spelled(name, " "),
                String.class,
                List.copyOf(choices),
                false,
                false,
                choices.get(0),
                null,
                meaning);
    }

    /** A list of values of a type, with its default. */
    public static <E> Setting<List<E>> list(String name, Class<E> element, List<E> standard, String meaning) {
        return new Setting<>(
                name, spelled(name, " "), element, List.of(), true, false, List.copyOf(standard), null, meaning);
    }

    /** The same with a default, so that there always is a value. */
    public Setting<T> withDefault(T value) {
        return new Setting<>(name, words, type, choices, isList, false, value, range, meaning);
    }

    /** The same with a default that can be taken out. */
    public Setting<T> withOptionalDefault(T value) {
        return new Setting<>(name, words, type, choices, isList, true, value, range, meaning);
    }

    /** The same with words of its own for messages, where those of the name say too little. */
    public Setting<T> called(String newWords) {
        return new Setting<>(name, newWords, type, choices, isList, isOptional, standard, range, meaning);
    }

    /** In camel case. */
    public String name() {
        return name;
    }

    /** What messages call it: {@code splitBytes} is "split bytes", if it has no words of its own. */
    public String words() {
        return words;
    }

    /** The name as in files and commands: {@code splitBytes} is "split-bytes". */
    public String kebab() {
        return spelled(name, "-");
    }

    private static String spelled(String name, String separator) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", separator).toLowerCase(Locale.ROOT);
    }

    /** Type of the value, or of the elements of a list. */
    public Class<?> type() {
        return type;
    }

    /** The words that a text may be; empty if it may be any. */
    public List<String> choices() {
        return choices;
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
