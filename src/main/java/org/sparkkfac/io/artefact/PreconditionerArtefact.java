package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.io.manifest.PreconditionerManifest;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.EntriesSource;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;

/** A preconditioner as an artefact: one tensor file a part of the inverse, keyed by layer; the damping in the manifest. */
public final class PreconditionerArtefact {
    /** The format and its newest version. */
    public static final ArtefactFormat FORMAT = new ArtefactFormat("spark-kfac/preconditioner", 1);

    private PreconditionerArtefact() {}

    /**
     * Writes a preconditioner, the manifest last.
     *
     * @param source the manifest of the statistics that were inverted, from which origin and counts are copied
     * @throws UserException if there is an artefact and {@code overwrite} is false
     */
    public static void write(
            Location directory,
            Preconditioner preconditioner,
            Damping damping,
            ObjectNode source,
            Provenance provenance,
            boolean overwrite) {
        Map<String, Map<String, TensorSource>> files = new LinkedHashMap<>();
        for (LayerInverse layer : preconditioner.layers()) {
            layer.tensors()
                    .forEach((name, entries) -> files.computeIfAbsent(name, key -> new LinkedHashMap<>())
                            .put(layer.layer().name(), new EntriesSource(entries)));
        }
        try (ArtefactWriter writer = ArtefactWriter.create(directory, FORMAT, overwrite)) {
            files.forEach(writer::addFile);
            ObjectNode fields =
                    PreconditionerManifest.of(preconditioner, damping).json(source);
            provenance.addTo(fields);
            writer.commit(fields);
        }
    }

    /** Refuses a destination before any work is done for it, as {@link #write} would; see {@link ArtefactWriter#check}. */
    public static void checkDestination(Location directory, boolean overwrite) {
        ArtefactWriter.check(directory, FORMAT, overwrite);
    }

    /**
     * Reads a preconditioner.
     *
     * @throws UserException if there is none, it is damaged, or a tensor does not have its layer's shape
     */
    public static Preconditioner read(Location directory) {
        ArtefactReader reader = ArtefactReader.open(directory, FORMAT);
        PreconditionerManifest manifest = PreconditionerManifest.read(
                reader.manifest(), directory.child(Manifest.FILE).toString());
        List<LayerShape> shapes = manifest.shapes();
        Method method = manifest.method();
        Map<String, Tensors> files = new LinkedHashMap<>();
        method.tensorNames().forEach(name -> files.put(name, reader.tensors(name)));
        List<LayerInverse> inverses = new ArrayList<>();
        List<LayerShape> blocks = method.structure().shapes(shapes);
        for (int l = 0; l < blocks.size(); l++) {
            inverses.add(restore(method, blocks.get(l), manifest.damping(l), files, directory));
        }
        return new Preconditioner(method, shapes, inverses);
    }

    private static LayerInverse restore(
            Method method, LayerShape layer, double damping, Map<String, Tensors> files, Location directory) {
        Map<String, DoubleMatrix> tensors = new LinkedHashMap<>();
        files.forEach((name, file) -> {
            DenseTensor tensor = file.dense(layer.name());
            if (tensor.shape().rank() == 2) {
                tensors.put(name, finite(tensor.toDense(1), layer, name, directory));
            }
        });
        try {
            return method.restore(layer, damping, tensors);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    directory + ": layer " + layer.name() + ": " + e.getMessage() + "; invert the statistics again", e);
        }
    }

    private static DoubleMatrix finite(DoubleMatrix tensor, LayerShape layer, String name, Location directory) {
        if (!tensor.isFinite()) {
            throw new UserException(directory + ": layer " + layer.name() + ": " + name
                    + " holds NaN or infinite numbers; invert the statistics again");
        }
        return tensor;
    }
}
