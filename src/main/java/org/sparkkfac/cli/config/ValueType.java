package org.sparkkfac.cli.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.sparkkfac.Setting;
import org.sparkkfac.spark.CollectOptions;

/**
 * What a key holds.
 *
 * <p>HOCON hardly tells {@code 5} from {@code "5"}, so neither do the readers: the key decides.
 *
 * @param structured whether a list or an object can be a value; if not, {@code --set data.path=[0-9].csv} is text
 * @param read reads a value, or throws {@link WrongValue}
 * @param show gives a value as text, number, list or map, such that {@code read} gives it back
 */
record ValueType<T>(boolean structured, Function<ConfigValue, T> read, Function<T, Object> show) {
    private static final long MEBI = 1 << 20;

    static final ValueType<String> TEXT = new ValueType<>(false, ValueType::text, value -> value);

    static final ValueType<Long> INTEGER = new ValueType<>(false, ValueType::integer, value -> value);

    /** A whole number of 32 bits. */
    static final ValueType<Integer> COUNT = new ValueType<>(false, ValueType::count, Integer::longValue);

    static final ValueType<Double> NUMBER = new ValueType<>(false, ValueType::number, value -> value);

    /** {@code true} or {@code false}. */
    static final ValueType<Boolean> FLAG = new ValueType<>(false, ValueType::flag, value -> value);

    /** A number of bytes, written {@code 32MiB}, {@code 500kB} or {@code 1048576}. */
    static final ValueType<Long> SIZE =
            new ValueType<>(false, ValueType::size, value -> value % MEBI == 0 ? value / MEBI + "MiB" : value);

    /** A list of text; a single text is a list of one. */
    static final ValueType<List<String>> TEXTS = new ValueType<>(true, ValueType::texts, value -> value);

    /** A name, or a list of different names. */
    static final ValueType<ColumnNames> COLUMNS = new ValueType<>(
            true, ValueType::columns, value -> value instanceof ColumnNames.One one ? one.name() : value.names());

    private static final Map<Class<?>, ValueType<?>> SIMPLE = Map.of(
            String.class,
            TEXT,
            Long.class,
            INTEGER,
            Integer.class,
            COUNT,
            Double.class,
            NUMBER,
            Boolean.class,
            FLAG,
            ColumnNames.class,
            COLUMNS);

    /** How the values of a setting are written. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the setting's type says what T is
    static <T> ValueType<T> of(Setting<T> setting) {
        Class<?> type = setting.type();
        if (type.isEnum()) {
            return setting.isList() ? (ValueType<T>) choices((Class) type) : (ValueType<T>) choice((Class) type);
        }
        if (type == Map.class) {
            return (ValueType<T>) settings(setting == Keys.SPARK ? "spark." : "");
        }
        if (!setting.choices().isEmpty()) {
            return (ValueType<T>) word(setting.choices());
        }
        ValueType<?> simple =
                setting.isList() ? TEXTS : setting == CollectOptions.SPLIT_BYTES ? SIZE : SIMPLE.get(type);
        return (ValueType<T>) Objects.requireNonNull(simple, () -> "no text for a " + type);
    }

    /** One of some words. */
    private static ValueType<String> word(List<String> words) {
        return new ValueType<>(false, value -> oneOf(words, value), word -> word);
    }

    /**
     * Settings of somebody else, name to text, sorted. A name with dots must be quoted, and null takes a setting out.
     *
     * @param prefix what every name starts with
     */
    static ValueType<Map<String, String>> settings(String prefix) {
        return new ValueType<>(true, new SettingsReader(prefix)::read, Secrets::hide);
    }

    /** One of the constants of an enum, written in lower case with hyphens. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        return new ValueType<>(false, value -> constant(type, value), ValueType::spelling);
    }

    /** A list of constants of an enum; those that are named twice count once. */
    static <E extends Enum<E>> ValueType<List<E>> choices(Class<E> type) {
        return new ValueType<>(
                true,
                value -> items(value).stream()
                        .map(item -> constant(type, item))
                        .distinct()
                        .toList(),
                value -> value.stream().map(ValueType::spelling).toList());
    }

    /** The name of a constant in the configuration: MONTE_CARLO is monte-carlo. */
    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The text of a value that is neither null nor a list nor an object. */
    static String scalar(ConfigValue value, String wanted) {
        return switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> value.atKey("text").getString("text");
            case OBJECT -> throw new WrongValue(value, "wants " + wanted + ", not a section in braces");
            case LIST -> throw new WrongValue(value, "wants " + wanted + ", not a list");
            case NULL -> throw new WrongValue(value, "wants " + wanted + ", not null");
        };
    }

    private static String text(ConfigValue value) {
        String text = scalar(value, "text");
        if (text.isBlank()) {
            throw new WrongValue(value, "is empty; leave the key out, or write null, for no value");
        }
        return text;
    }

    private static long integer(ConfigValue value) {
        String text = scalar(value, "a whole number");
        try {
            return new BigDecimal(text.trim()).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new WrongValue(value, "wants a whole number, not '" + text + "'");
        }
    }

    private static int count(ConfigValue value) {
        long number = integer(value);
        if (number != (int) number) {
            throw new WrongValue(value, number + " is too large");
        }
        return (int) number;
    }

    private static double number(ConfigValue value) {
        String text = scalar(value, "a number");
        try {
            double number = new BigDecimal(text.trim()).doubleValue();
            if (Double.isInfinite(number)) {
                throw new WrongValue(
                        value, "wants a finite number, not '" + text + "', which is beyond the range of a double");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new WrongValue(value, "wants a number, not '" + text + "'");
        }
    }

    private static boolean flag(ConfigValue value) {
        String text = scalar(value, "true or false").trim();
        if (!text.equals("true") && !text.equals("false")) {
            throw new WrongValue(value, "wants true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    private static long size(ConfigValue value) {
        String text = scalar(value, "a size such as 32MiB");
        try {
            return value.atKey("size").getMemorySize("size").toBytes();
        } catch (ConfigException | IllegalArgumentException e) {
            throw new WrongValue(value, "wants a size such as 32MiB or 1048576, not '" + text + "'");
        }
    }

    private static List<String> texts(ConfigValue value) {
        return items(value).stream().map(ValueType::text).toList();
    }

    private static List<ConfigValue> items(ConfigValue value) {
        if (!(value instanceof ConfigList list)) {
            return List.of(value);
        }
        if (list.isEmpty()) {
            throw new WrongValue(value, "is an empty list");
        }
        return list;
    }

    private static ColumnNames columns(ConfigValue value) {
        List<String> names = texts(value);
        if (new HashSet<>(names).size() < names.size()) {
            throw new WrongValue(value, "names a column twice");
        }
        return value instanceof ConfigList ? new ColumnNames.Many(names) : new ColumnNames.One(names.get(0));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, ConfigValue value) {
        E[] constants = type.getEnumConstants();
        List<String> spellings =
                Arrays.stream(constants).map(ValueType::spelling).toList();
        return constants[spellings.indexOf(oneOf(spellings, value))];
    }

    private static String oneOf(List<String> words, ConfigValue value) {
        String text = text(value);
        if (!words.contains(text)) {
            throw new WrongValue(value, "wants one of " + String.join(", ", words) + ", not '" + text + "'");
        }
        return text;
    }
}
