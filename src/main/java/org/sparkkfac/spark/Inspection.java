package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.analysis.NamedSpectrum;
import org.sparkkfac.analysis.Spectra;
import org.sparkkfac.analysis.SpectralSummary;
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

/** What {@link SparkKfac#inspect} finds in a place. */
final class Inspection {
    private final Location place;
    private final InspectOptions options;
    private final ObjectNode found = Json.object();

    private Inspection(Location place, InspectOptions options) {
        this.place = place;
        this.options = options;
    }

    static ObjectNode of(Location place, InspectOptions options) {
        if (!place.exists()) {
            throw new UserException(place + ": no such file or directory; check the path");
        }
        Inspection inspection = new Inspection(place, options);
        if (!place.isDirectory()) {
            inspection.file();
        } else if (ModelDirectory.isModel(place)) {
            inspection.model();
        } else {
            inspection.artefact();
        }
        return inspection.found;
    }

    private void model() {
        Network network = ModelDirectory.read(place);
        found.put("format", ModelDirectory.FORMAT).put("path", place.toString());
        found.put("network", network.toString());
        found.put(
                "parameters",
                network.layers().stream().mapToLong(LayerShape::parameters).sum());
        found.putObject("model").put("fingerprint", ModelDirectory.fingerprint(network));
        Location weights = place.child("weights.safetensors");
        addTensors(found.putArray("tensors"), "weights", Safetensors.header(weights));
        audit(weights, "weights");
    }

    private void artefact() {
        ArtefactReader reader = ArtefactReader.open(place);
        found.put("format", reader.format()).put("path", place.toString());
        for (Map.Entry<String, JsonNode> field : reader.manifest().properties()) {
            if (!found.has(field.getKey())) {
                found.set(field.getKey(), field.getValue());
            }
        }
        ArrayNode tensors = found.putArray("tensors");
        reader.files().keySet().forEach(name -> addTensors(tensors, name, reader.header(name)));
        if (options.verify()) {
            addAudit(TensorAudit.of(reader));
        }
        if (options.spectra()) {
            addSpectra(reader.format());
        }
    }

    private void file() {
        found.put("format", "safetensors").put("path", place.toString());
        String name = place.path().getName();
        addTensors(found.putArray("tensors"), name, Safetensors.header(place));
        audit(place, name);
    }

    /** Vectors have no spectrum: for them, both options come to the same. */
    private void audit(Location file, String name) {
        if (options.verify() || options.spectra()) {
            addAudit(TensorAudit.of(file, name));
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

    private void addAudit(TensorAudit audit) {
        for (JsonNode tensor : found.path("tensors")) {
            Optional.ofNullable(audit.norms()
                            .getOrDefault(tensor.path("file").asText(), Map.of())
                            .get(tensor.path("name").asText()))
                    .ifPresent(norm -> ((ObjectNode) tensor).put("norm", norm));
        }
        found.putObject("verified").put("files", audit.files()).put("bytes", audit.bytes());
    }

    private void addSpectra(String format) {
        ArrayNode array = found.putArray("spectra");
        if (format.equals(StatisticsArtefact.FORMAT.name())) {
            StatisticsState statistics = StatisticsArtefact.read(place).statistics();
            Spectra.of(statistics, spectrum -> addSpectrum(array, spectrum));
            statistics.meanGradient().ifPresent(gradient -> found.put("mean_gradient_norm", gradient.norm()));
        } else if (format.equals(PreconditionerArtefact.FORMAT.name())) {
            Spectra.of(PreconditionerArtefact.read(place), spectrum -> addSpectrum(array, spectrum));
        } else {
            throw new UserException(
                    place + " is " + format + ", which has no spectra; leave them out", Component.SPECTRA);
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
