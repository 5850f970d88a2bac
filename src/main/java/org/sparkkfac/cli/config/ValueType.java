package org.sparkkfac.cli.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a key holds: how its value is read and how it is shown. A reader throws {@link IllegalArgumentException} with the
 * problem, to which the caller adds key and place.
 *
 * <p>HOCON does not tell {@code 5} from {@code "5"} where the reader does not, so neither do these: the key decides.
 */
interface ValueType<T> {
    T read(ConfigValue value);

    /** The value as {@code String}, {@code Number}, {@code List} or {@code Map}, such that {@link #read} gives it back. */
    Object show(T value);

    /** Whether a list or an object can be a value; if not, a {@code --set} value such as {@code [0-9].csv} is text. */
    default boolean structured() {
        return false;
    }

    ValueType<String> TEXT = new ValueType<>() {
        @Override
        public String read(ConfigValue value) {
            String text = scalar(value, "text");
            if (text.isBlank()) {
                throw new IllegalArgumentException("is empty; leave the key out, or write null, for no value");
            }
            return text;
        }

        @Override
        public Object show(String value) {
            return value;
        }
    };

    ValueType<Long> INTEGER = new ValueType<>() {
        @Override
        public Long read(ConfigValue value) {
            String text = scalar(value, "a whole number");
            try {
                return new BigDecimal(text.trim()).longValueExact();
            } catch (ArithmeticException | NumberFormatException e) {
                throw new IllegalArgumentException("wants a whole number, not '" + text + "'", e);
            }
        }

        @Override
        public Object show(Long value) {
            return value;
        }
    };

    ValueType<Double> NUMBER = new ValueType<>() {
        @Override
        public Double read(ConfigValue value) {
            String text = scalar(value, "a number");
            try {
                return new BigDecimal(text.trim()).doubleValue();
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("wants a number, not '" + text + "'", e);
            }
        }

        @Override
        public Object show(Double value) {
            return value;
        }
    };

    /** A number of bytes, written {@code 32MiB}, {@code 500kB} or {@code 1048576}. */
    ValueType<Long> SIZE = new ValueType<>() {
        private static final long MEBI = 1 << 20;

        @Override
        public Long read(ConfigValue value) {
            String text = scalar(value, "a size such as 32MiB");
            try {
                return value.atKey("size").getMemorySize("size").toBytes();
            } catch (ConfigException | IllegalArgumentException e) {
                throw new IllegalArgumentException("wants a size such as 32MiB or 1048576, not '" + text + "'", e);
            }
        }

        @Override
        public Object show(Long value) {
            return value % MEBI == 0 ? value / MEBI + "MiB" : value;
        }
    };

    /** A list of text; a single text is a list of one. */
    ValueType<List<String>> TEXTS = new ValueType<>() {
        @Override
        public List<String> read(ConfigValue value) {
            if (!(value instanceof ConfigList list)) {
                return List.of(TEXT.read(value));
            }
            List<String> texts = new ArrayList<>();
            list.forEach(item -> texts.add(TEXT.read(item)));
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("is an empty list");
            }
            return Collections.unmodifiableList(texts);
        }

        @Override
        public Object show(List<String> value) {
            return value;
        }

        @Override
        public boolean structured() {
            return true;
        }
    };

    ValueType<Columns> COLUMNS = new ValueType<>() {
        @Override
        public Columns read(ConfigValue value) {
            return value instanceof ConfigList
                    ? new Columns.Many(TEXTS.read(value))
                    : new Columns.One(TEXT.read(value));
        }

        @Override
        public Object show(Columns value) {
            return value instanceof Columns.One one ? one.name() : value.names();
        }

        @Override
        public boolean structured() {
            return true;
        }
    };

    /** Settings of somebody else, name to text. A name with dots must be quoted; null takes a setting out. */
    ValueType<Map<String, String>> TEXT_MAP = new ValueType<>() {
        @Override
        public Map<String, String> read(ConfigValue value) {
            if (!(value instanceof ConfigObject object)) {
                throw new IllegalArgumentException("wants settings in braces, not " + name(value));
            }
            Map<String, String> map = new TreeMap<>();
            object.forEach((name, item) -> put(map, name, item));
            return Collections.unmodifiableMap(map);
        }

        private void put(Map<String, String> map, String name, ConfigValue item) {
            if (item instanceof ConfigObject nested && !nested.isEmpty()) {
                String inner = nested.keySet().iterator().next();
                throw new IllegalArgumentException("a name with dots must be quoted: write \"" + name + "." + inner
                        + (nested.get(inner) instanceof ConfigObject ? ".…" : "") + "\" = …");
            }
            if (item.valueType() != ConfigValueType.NULL) {
                map.put(name, Secrets.refuseHidden(name, scalar(item, "text for \"" + name + "\"")));
            }
        }

        @Override
        public Object show(Map<String, String> value) {
            return Secrets.hide(value);
        }

        @Override
        public boolean structured() {
            return true;
        }
    };

    /** One of the constants of an enum, written in lower case with hyphens. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        return new ValueType<>() {
            @Override
            public E read(ConfigValue value) {
                return constant(type, TEXT.read(value));
            }

            @Override
            public Object show(E value) {
                return spelling(value);
            }
        };
    }

    /** A list of different constants of an enum. */
    static <E extends Enum<E>> ValueType<List<E>> choices(Class<E> type) {
        return new ValueType<>() {
            @Override
            public List<E> read(ConfigValue value) {
                return TEXTS.read(value).stream()
                        .map(text -> constant(type, text))
                        .distinct()
                        .toList();
            }

            @Override
            public Object show(List<E> value) {
                return value.stream().map(ValueType::spelling).toList();
            }

            @Override
            public boolean structured() {
                return true;
            }
        };
    }

    /** The name of a constant in the configuration: MONTE_CARLO is monte-carlo. */
    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> spelling(constant).equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("wants one of " + spellings(type) + ", not '" + text + "'"));
    }

    private static <E extends Enum<E>> String spellings(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(ValueType::spelling).collect(Collectors.joining(", "));
    }

    private static String scalar(ConfigValue value, String wanted) {
        switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> {
                return value.atKey("text").getString("text");
            }
            default -> throw new IllegalArgumentException("wants " + wanted + ", not " + name(value));
        }
    }

    private static String name(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "a section in braces";
            case LIST -> "a list";
            case NULL -> "null";
            case STRING, NUMBER, BOOLEAN -> "'" + value.unwrapped() + "'";
        };
    }
}
