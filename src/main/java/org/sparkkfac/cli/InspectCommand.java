package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sparkkfac.UserException;
import org.sparkkfac.analysis.NamedSpectrum;
import org.sparkkfac.analysis.Spectra;
import org.sparkkfac.analysis.SpectralSummary;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.io.artefact.ArtefactReader;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.artefact.TensorAudit;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.tensors.Safetensors;
import org.sparkkfac.io.tensors.TensorInfo;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kfac inspect}. Everything is put into one JSON object first, so that people see no more than programs. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Says what is in a model, a statistics or preconditioner artefact, or a safetensors file, and"
                + " where it comes from. Starts no Spark.",
        footerHeading = "%nWhat the columns of --spectra mean:%n",
        footer = {
            "  norm            Frobenius norm: root of the sum of squared eigenvalues",
            "  smallest and    eigenvalues of the average over the rows; of a",
            "    largest       preconditioner, of the damped matrix that it inverts",
            "  effective rank  (trace/norm)²: so many equal eigenvalues look like this",
            "  condition       largest/smallest; ∞ if the smallest is zero to rounding,",
            "                  so that inverting needs damping",
            "",
            "The norms of tensors are of what is stored: of statistics, of sums over rows.",
            "",
            "Examples:",
            "  kfac inspect sample-data/digits-model",
            "  kfac inspect out/digits-statistics --spectra",
            "  kfac inspect out/digits-statistics --verify && kfac invert …",
            "  kfac inspect out/digits-statistics --spectra --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", description = "A directory or a file.")
    private String path;

    @Option(
            names = "--verify",
            description = "Read every number: checksums, finite values, symmetric covariances without a negative"
                    + " diagonal. Exit code 2 names the file that is wrong. Shows the norms of all tensors too.")
    private boolean verify;

    @Option(
            names = "--spectra",
            description = "Compute traces, norms and eigenvalues of all averaged matrices, about 4n³/3 operations for"
                    + " n × n.")
    private boolean spectra;

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
        out.print(json.json() ? Json.pretty(found) : InspectionText.of(found));
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
        found.putObject("model").put("fingerprint", ModelDirectory.fingerprint(network));
        Location weights = location.child("weights.safetensors");
        addTensors(found.putArray("tensors"), "weights", Safetensors.header(weights));
        audit(found, weights, "weights");
        return found;
    }

    private ObjectNode artefact(Location location) {
        ArtefactReader reader = ArtefactReader.open(location);
        ObjectNode found = Json.object().put("format", reader.format()).put("path", path);
        for (Map.Entry<String, JsonNode> field : reader.manifest().properties()) {
            if (!found.has(field.getKey())) {
                found.set(field.getKey(), field.getValue());
            }
        }
        ArrayNode tensors = found.putArray("tensors");
        reader.files().keySet().forEach(name -> addTensors(tensors, name, reader.header(name)));
        if (verify) {
            addAudit(found, TensorAudit.of(reader));
        }
        if (spectra) {
            addSpectra(found, location, reader.format());
        }
        return found;
    }

    private ObjectNode file(Location location) {
        ObjectNode found = Json.object().put("format", "safetensors").put("path", path);
        String name = location.path().getName();
        addTensors(found.putArray("tensors"), name, Safetensors.header(location));
        audit(found, location, name);
        return found;
    }

    /** Vectors have no spectrum: for them, both options come to the same. */
    private void audit(ObjectNode found, Location file, String name) {
        if (verify || spectra) {
            addAudit(found, TensorAudit.of(file, name));
        }
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

    private static void addAudit(ObjectNode found, TensorAudit audit) {
        for (JsonNode tensor : found.path("tensors")) {
            Optional.ofNullable(audit.norms()
                            .getOrDefault(tensor.path("file").asText(), Map.of())
                            .get(tensor.path("name").asText()))
                    .ifPresent(norm -> ((ObjectNode) tensor).put("norm", norm));
        }
        found.putObject("verified").put("files", audit.files()).put("bytes", audit.bytes());
    }

    private static void addSpectra(ObjectNode found, Location location, String format) {
        ArrayNode array = found.putArray("spectra");
        if (format.equals(StatisticsArtefact.FORMAT.name())) {
            StatisticsState statistics = StatisticsArtefact.read(location).statistics();
            Spectra.of(statistics, spectrum -> addSpectrum(array, spectrum));
            statistics.meanGradient().ifPresent(gradient -> found.put("mean_gradient_norm", gradient.norm()));
        } else if (format.equals(PreconditionerArtefact.FORMAT.name())) {
            Spectra.of(PreconditionerArtefact.read(location), spectrum -> addSpectrum(array, spectrum));
        } else {
            throw new UserException(
                    "--spectra: " + location + " is " + format + ", which has no spectra; leave the option out");
        }
    }

    private static void addSpectrum(ArrayNode array, NamedSpectrum named) {
        SpectralSummary spectrum = named.spectrum();
        ObjectNode entry = array.addObject()
                .put("layer", named.layer())
                .put("matrix", named.matrix())
                .put("dimension", spectrum.dimension())
                .put("trace", spectrum.trace())
                .put("norm", spectrum.norm())
                .put("smallest", spectrum.smallest())
                .put("largest", spectrum.largest())
                .put("effective_rank", spectrum.effectiveRank())
                .put("trace_over_largest", spectrum.traceOverLargest());
        double condition = spectrum.conditionNumber();
        entry.put("condition_number", Double.isFinite(condition) ? condition : null);
    }
}
