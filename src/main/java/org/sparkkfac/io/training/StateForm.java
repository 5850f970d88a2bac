package org.sparkkfac.io.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.ParameterFile;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.tensors.EntriesSource;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.Statistic;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.TrainingState;

/**
 * A training state as named tensors and numbers. A record becomes its members, each by its name in snake case:
 *
 * <pre>{@code
 * vector of parameters   <path>.<layer>.weight, <path>.<layer>.bias
 * statistics             <path>.<layer>.<sum>, and numbers: kinds, rows, total_weight
 * inverse                <path>.<layer>.<tensor>, and numbers: method, damping of each block
 * number, flag, word     a number, flag or word; NaN and infinite numbers are words
 * record                 <path>.<member>
 * nothing                nothing
 * }</pre>
 *
 * so that the moments of Adam are {@code optimiser.first_moment.hidden.weight} and so on. Doubles are read as they were
 * written, to the bit.
 *
 * @param numbers for the manifest
 * @param tensors for a file
 */
public record StateForm(ObjectNode numbers, Map<String, TensorSource> tensors) {
    /** The form of a state, whose tensors it shares. */
    public static StateForm of(TrainingState state) {
        StateForm form = new StateForm(Json.object(), new LinkedHashMap<>());
        form.putMembers("", state, form.numbers);
        return form;
    }

    private void putMembers(String path, Record value, ObjectNode into) {
        for (RecordComponent member : value.getClass().getRecordComponents()) {
            String key = key(member);
            put(path.isEmpty() ? key : path + "." + key, key, member(value, member), into);
        }
    }

    private void put(String path, String key, Object value, ObjectNode into) {
        if (value instanceof Optional<?> optional) {
            optional.ifPresent(content -> put(path, key, content, into));
        } else if (value instanceof ParameterVector vector) {
            ParameterFile.tensors(vector).forEach((name, tensor) -> tensors.put(path + "." + name, tensor));
        } else if (value instanceof StatisticsState statistics) {
            putStatistics(path, statistics, into.putObject(key));
        } else if (value instanceof Preconditioner preconditioner) {
            putInverse(path, preconditioner, into.putObject(key));
        } else if (value instanceof Record nested) {
            putMembers(path, nested, into.putObject(key));
        } else {
            putScalar(key, value, into);
        }
    }

    private static void putScalar(String key, Object value, ObjectNode into) {
        if (value instanceof Enum<?> word) {
            into.put(key, word.name().toLowerCase(Locale.ROOT));
        } else if (value instanceof Boolean flag) {
            into.put(key, flag);
        } else if (value instanceof Double number) {
            into.set(key, Double.isFinite(number) ? into.numberNode(number) : into.textNode(number.toString()));
        } else {
            into.put(key, ((Number) value).longValue());
        }
    }

    private void putStatistics(String path, StatisticsState statistics, ObjectNode into) {
        ArrayNode kinds = into.putArray("kinds");
        for (StatisticKind kind : statistics.kinds()) {
            kinds.add(kind.name().toLowerCase(Locale.ROOT));
            List<String> layers = kind.keys(statistics.layers());
            for (int l = 0; l < layers.size(); l++) {
                String layer = path + "." + layers.get(l) + ".";
                statistics
                        .statistics(kind)
                        .get(l)
                        .sums()
                        .forEach((name, sum) -> tensors.put(layer + name, new EntriesSource(sum)));
            }
        }
        into.put("rows", statistics.rows()).put("total_weight", statistics.totalWeight());
    }

    private void putInverse(String path, Preconditioner preconditioner, ObjectNode into) {
        into.put("method", preconditioner.method().toString());
        ArrayNode damping = into.putArray("damping");
        for (LayerInverse inverse : preconditioner.layers()) {
            damping.add(inverse.damping());
            inverse.tensors()
                    .forEach((name, tensor) ->
                            tensors.put(path + "." + inverse.layer().name() + "." + name, new EntriesSource(tensor)));
        }
    }

    /**
     * The state that was written as numbers and tensors.
     *
     * @param layers of the network
     * @param optimiser a state of the same optimiser, such as its first
     * @throws UserException if something is missing or does not fit
     */
    public static TrainingState read(
            ObjectNode numbers, Tensors tensors, List<LayerShape> layers, OptimiserState optimiser) {
        TrainingState like = new TrainingState(
                TrainingState.start(ParameterVector.zeros(layers)).progress(),
                ParameterVector.zeros(layers),
                Optional.empty(),
                Optional.empty(),
                TrainingState.start(ParameterVector.zeros(layers)).choice(),
                optimiser);
        return (TrainingState) new Reading(tensors, layers).members("", TrainingState.class, like, numbers);
    }

    /** The way back, for a file. */
    private record Reading(Tensors tensors, List<LayerShape> layers) {
        /** A record; {@code like} is one whose wrapped states tell their types. */
        Object members(String path, Class<?> type, @Nullable Object like, JsonNode from) {
            RecordComponent[] members = type.getRecordComponents();
            Object[] values = new Object[members.length];
            for (int i = 0; i < members.length; i++) {
                String key = key(members[i]);
                Object known = like == null ? null : member(like, members[i]);
                values[i] = value(
                        path.isEmpty() ? key : path + "." + key, members[i].getGenericType(), known, from.path(key));
            }
            try {
                Class<?>[] types =
                        Arrays.stream(members).map(RecordComponent::getType).toArray(Class<?>[]::new);
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private Object value(String path, Type type, @Nullable Object like, JsonNode from) {
            if (type instanceof ParameterizedType optional) {
                Type content = optional.getActualTypeArguments()[0];
                Object known = like instanceof Optional<?> some ? some.orElse(null) : null;
                boolean isThere =
                        !from.isMissingNode() || tensors.names().stream().anyMatch(name -> name.startsWith(path + "."));
                return isThere ? Optional.of(value(path, content, known, from)) : Optional.empty();
            }
            Class<?> plain = (Class<?>) type;
            if (plain == ParameterVector.class) {
                return ParameterFile.vector(tensors, path + ".", layers);
            }
            require(!from.isMissingNode(), path);
            if (plain == StatisticsState.class) {
                return statistics(path, from);
            }
            if (plain == Preconditioner.class) {
                return inverse(path, from);
            }
            if (plain == OptimiserState.class) {
                return members(path, Objects.requireNonNull(like).getClass(), like, from);
            }
            return plain.isRecord() ? members(path, plain, like, from) : scalar(path, plain, from);
        }

        private Object scalar(String path, Class<?> type, JsonNode from) {
            if (type == boolean.class) {
                return from.asBoolean();
            }
            if (type == double.class) {
                require(from.isNumber() || from.isTextual(), path);
                return from.isNumber() ? from.doubleValue() : Double.parseDouble(from.textValue());
            }
            if (type.isEnum()) {
                return Arrays.stream(type.getEnumConstants())
                        .filter(word -> ((Enum<?>) word).name().equalsIgnoreCase(from.asText()))
                        .findFirst()
                        .orElseThrow(() -> wrong(path));
            }
            require(from.isIntegralNumber(), path);
            return type == int.class ? (Object) from.intValue() : (Object) from.longValue();
        }

        private StatisticsState statistics(String path, JsonNode from) {
            Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
            for (JsonNode name : from.path("kinds")) {
                StatisticKind kind = (StatisticKind) scalar(path + ".kinds", StatisticKind.class, name);
                List<Statistic> sums = kind.empty(layers);
                List<String> keys = kind.keys(layers);
                for (int l = 0; l < keys.size(); l++) {
                    Map<String, Entries> entries = new LinkedHashMap<>();
                    for (String sum : kind.names()) {
                        entries.put(sum, tensors.dense(path + "." + keys.get(l) + "." + sum));
                    }
                    sums.get(l).restore(entries);
                }
                statistics.put(kind, sums);
            }
            long rows = (long) scalar(path + ".rows", long.class, from.path("rows"));
            double weight = (double) scalar(path + ".total_weight", double.class, from.path("total_weight"));
            return StatisticsState.restored(layers, statistics, Optional.empty(), rows, weight, 0);
        }

        private Preconditioner inverse(String path, JsonNode from) {
            Method method = Method.named(from.path("method").asText()).orElseThrow(() -> wrong(path + ".method"));
            List<LayerShape> blocks = method.structure().shapes(layers);
            List<LayerInverse> inverses = new ArrayList<>();
            for (int l = 0; l < blocks.size(); l++) {
                double damping = (double) scalar(
                        path + ".damping", double.class, from.path("damping").path(l));
                Map<String, DoubleMatrix> kept = new LinkedHashMap<>();
                for (String name : method.tensorNames()) {
                    String tensor = path + "." + blocks.get(l).name() + "." + name;
                    kept.put(name, tensors.dense(tensor).toDense(1));
                }
                inverses.add(method.restore(blocks.get(l), damping, kept));
            }
            return new Preconditioner(method, layers, inverses);
        }

        private void require(boolean condition, String path) {
            if (!condition) {
                throw wrong(path);
            }
        }

        private UserException wrong(String path) {
            return new UserException(tensors.place() + ": " + path + " is missing or not what it should be");
        }
    }

    private static String key(RecordComponent member) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(member.getName());
    }

    private static Object member(Object record, RecordComponent member) {
        try {
            member.getAccessor().setAccessible(true);
            return member.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
