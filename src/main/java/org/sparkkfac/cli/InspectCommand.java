package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sparkkfac.UserException;
import org.sparkkfac.io.ArtefactReader;
import org.sparkkfac.io.Json;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.ModelDirectory;
import org.sparkkfac.io.Safetensors;
import org.sparkkfac.io.TensorInfo;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kfac inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Says what is in a model, a statistics or preconditioner artefact, or a safetensors file. Starts no"
                        + " Spark.",
        footerHeading = "%nExamples:%n",
        footer = {"  kfac inspect sample-data/digits-model", "  kfac inspect out/digits-statistics --json"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand implements Callable<Integer> {
    private static final List<String> HEAD = List.of(
            "rows", "total_weight", "skipped", "mean_loss", "method", "damping", "fisher", "data", "blas", "software");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", description = "A directory or a file.")
    private String path;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        Location location = Location.of(path, HadoopSettings.load());
        if (!location.exists()) {
            throw new UserException(path + ": no such file or directory; check the path");
        }
        ObjectNode found = location.isDirectory()
                ? ModelDirectory.isModel(location) ? model(location) : artefact(location)
                : file(location);
        PrintWriter out = spec.commandLine().getOut();
        if (json.json()) {
            out.print(Json.pretty(found));
        } else {
            print(found, out);
        }
        out.flush();
        return ExitCodes.DONE;
    }

    private ObjectNode model(Location location) {
        Network network = ModelDirectory.read(location);
        ObjectNode found = Json.object().put("format", ModelDirectory.FORMAT).put("path", path);
        found.put("network", network.toString());
        found.put(
                "parameters",
                network.layers().stream().mapToLong(LayerShape::parameters).sum());
        addTensors(found.putArray("tensors"), "weights", Safetensors.header(location.child("weights.safetensors")));
        return found;
    }

    private ObjectNode artefact(Location location) {
        ArtefactReader reader = ArtefactReader.open(location);
        ObjectNode found = Json.object().put("format", reader.format()).put("path", path);
        ObjectNode manifest = reader.manifest();
        for (Map.Entry<String, JsonNode> field : manifest.properties()) {
            if (!found.has(field.getKey())) {
                found.set(field.getKey(), field.getValue());
            }
        }
        ArrayNode tensors = found.putArray("tensors");
        reader.files().keySet().forEach(name -> addTensors(tensors, name, reader.header(name)));
        return found;
    }

    private ObjectNode file(Location location) {
        ObjectNode found = Json.object().put("format", "safetensors").put("path", path);
        addTensors(found.putArray("tensors"), location.path().getName(), Safetensors.header(location));
        return found;
    }

    private static void addTensors(ArrayNode tensors, String file, List<TensorInfo> header) {
        for (TensorInfo tensor : header) {
            ObjectNode entry = tensors.addObject()
                    .put("file", file)
                    .put("name", tensor.name())
                    .put("dtype", tensor.dtype().name());
            ArrayNode shape = entry.putArray("shape");
            for (long extent : tensor.shape().toArray()) {
                shape.add(extent);
            }
            entry.put("bytes", tensor.bytes());
        }
    }

    private static void print(ObjectNode found, PrintWriter out) {
        out.println(found.path("path").asText() + ": " + found.path("format").asText()
                + (found.has("version") ? ", version " + found.path("version").asText() : ""));
        if (found.has("network")) {
            out.println(found.path("network").asText() + ", "
                    + Table.count(found.path("parameters").asLong()) + " parameters");
        }
        for (String key : HEAD) {
            if (found.has(key)) {
                JsonNode value = found.path(key);
                out.println(key + ": " + (value.isTextual() ? value.asText() : value.toString()));
            }
        }
        Table table = new Table("tensor", "of", "type", "shape", "bytes");
        for (JsonNode tensor : found.path("tensors")) {
            table.add(
                    tensor.path("file").asText(),
                    tensor.path("name").asText(),
                    tensor.path("dtype").asText(),
                    tensor.path("shape").toString(),
                    Table.count(tensor.path("bytes").asLong()));
        }
        out.print(table);
    }
}
