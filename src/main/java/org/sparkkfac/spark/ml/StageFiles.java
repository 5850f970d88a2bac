package org.sparkkfac.spark.ml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;

/**
 * Stages as directories in the layout of Spark ML, so that {@code PipelineModel} and {@code CrossValidatorModel} find them:
 * {@code metadata}, one line of JSON with class, uid and params, and, beside it, {@code model} in the format of this library.
 */
final class StageFiles {
    private static final String METADATA = "/metadata";
    private static final String MODEL = "/model";
    private static final String PARAMS = "paramMap";
    private static final String DEFAULTS = "defaultParamMap";

    private StageFiles() {}

    static MLWriter writer(Params stage, Class<?> type) {
        return new Writer(stage, Optional.empty(), type);
    }

    static MLWriter writer(Params stage, Network network, Class<?> type) {
        return new Writer(stage, Optional.of(network), type);
    }

    /** Reads a stage without a network; {@code make} gives it its uid. */
    static <T extends Params> MLReader<T> reader(Class<T> type, Function<String, T> make) {
        return new Reader<>(type, (uid, path, context) -> make.apply(uid));
    }

    /** Reads a stage with its network. */
    static <T extends Params> MLReader<T> modelReader(Class<T> type, BiFunction<String, Network, T> make) {
        return new Reader<>(type, (uid, path, context) -> make.apply(uid, ModelDirectory.read(model(path, context))));
    }

    private static Location model(String path, SparkContext context) {
        return Location.of(path + MODEL, context.hadoopConfiguration());
    }

    private static final class Writer extends MLWriter {
        private final Params stage;
        private final Optional<Network> network;
        private final Class<?> type;

        Writer(Params stage, Optional<Network> network, Class<?> type) {
            this.stage = stage;
            this.network = network;
            this.type = type;
        }

        @Override
        public void saveImpl(String path) {
            ObjectNode metadata = Json.object()
                    .put("class", type.getName())
                    .put("timestamp", System.currentTimeMillis())
                    .put("sparkVersion", sc().version())
                    .put("uid", stage.uid());
            ObjectNode set = metadata.putObject(PARAMS);
            ObjectNode defaults = metadata.putObject(DEFAULTS);
            for (Param<?> param : stage.params()) {
                put(param, stage.get(param), set);
                put(param, stage.getDefault(param), defaults);
            }
            JavaSparkContext.fromSparkContext(sc())
                    .parallelize(List.of(metadata.toString()), 1)
                    .saveAsTextFile(path + METADATA);
            network.ifPresent(some -> ModelDirectory.write(model(path, sc()), some, false));
        }

        @SuppressWarnings("unchecked") // a param's value is of its type
        private static <T> void put(Param<T> param, scala.Option<?> value, ObjectNode to) {
            if (value.isDefined()) {
                byte[] json = param.jsonEncode((T) value.get()).getBytes(StandardCharsets.UTF_8);
                to.set(param.name(), Json.parse(json, param.name()));
            }
        }
    }

    private interface Maker<T> {
        T make(String uid, String path, SparkContext context);
    }

    private static final class Reader<T extends Params> extends MLReader<T> {
        private final Class<T> type;
        private final Maker<T> maker;

        Reader(Class<T> type, Maker<T> maker) {
            this.type = type;
            this.maker = maker;
        }

        @Override
        public T load(String path) {
            String line = JavaSparkContext.fromSparkContext(sc())
                    .textFile(path + METADATA, 1)
                    .first();
            ObjectNode metadata = Json.parseObject(line.getBytes(StandardCharsets.UTF_8), path + METADATA);
            String found = metadata.path("class").asText();
            if (!found.equals(type.getName())) {
                throw new UserException(
                        path + ": holds a " + found + ", not a " + type.getName() + "; load it as what it is");
            }
            T stage = maker.make(metadata.path("uid").asText(), path, sc());
            for (Map.Entry<String, JsonNode> field : metadata.path(DEFAULTS).properties()) {
                setDefault(stage, stage.getParam(field.getKey()), field.getValue());
            }
            for (Map.Entry<String, JsonNode> field : metadata.path(PARAMS).properties()) {
                set(stage, stage.getParam(field.getKey()), field.getValue());
            }
            return stage;
        }

        private static <V> void set(Params stage, Param<V> param, JsonNode value) {
            stage.set(param, param.jsonDecode(value.toString()));
        }

        private static <V> void setDefault(Params stage, Param<V> param, JsonNode value) {
            stage.setDefault(param, param.jsonDecode(value.toString()));
        }
    }
}
