package org.sparkkfac.io.artefact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.EntriesSource;
import org.sparkkfac.io.tensors.Safetensors;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;

/**
 * Vectors over all parameters as tensors: {@code <layer>.weight} [out, in] and {@code <layer>.bias} [out], the keys and
 * shapes of PyTorch's state_dict. Weights, gradients and solutions are all kept so.
 */
public final class ParameterFile {
    private ParameterFile() {}

    /** The tensors of a vector, in the order of its layers. */
    public static Map<String, TensorSource> tensors(ParameterVector vector) {
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        for (int l = 0; l < vector.layers().size(); l++) {
            LayerShape layer = vector.layers().get(l);
            DoubleMatrix block = vector.block(l);
            tensors.put(weight(layer), new EntriesSource(block.view(0, layer.out(), 0, layer.in())));
            if (layer.bias()) {
                double[] bias = new double[layer.out()];
                block.getColumn(layer.in(), bias);
                tensors.put(bias(layer), DenseTensor.vector(bias));
            }
        }
        return tensors;
    }

    /**
     * The vector in tensors, which must be just those of the layers.
     *
     * @throws UserException if a tensor is missing, has another shape, is not finite, or belongs to no layer
     */
    static ParameterVector vector(Tensors tensors, List<LayerShape> layers) {
        Set<String> unknown = new LinkedHashSet<>(tensors.names());
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (LayerShape layer : layers) {
            DoubleMatrix block = block(tensors, "", layer);
            unknown.remove(weight(layer));
            if (layer.bias()) {
                unknown.remove(bias(layer));
            }
            if (!block.isFinite()) {
                throw new UserException(tensors.place() + ": layer " + layer.name()
                        + " holds NaN or infinite numbers; write the file again from a model that has not diverged");
            }
            blocks.add(block);
        }
        if (!unknown.isEmpty()) {
            throw new UserException(tensors.place() + ": tensors " + unknown + " belong to no layer of "
                    + layers.stream().map(LayerShape::name).toList() + "; use a file of the same model");
        }
        return new ParameterVector(layers, blocks);
    }

    /**
     * The vector whose tensors have names with a prefix; they may be NaN or infinite.
     *
     * @throws UserException if a tensor is missing or has another shape
     */
    public static ParameterVector vector(Tensors tensors, String prefix, List<LayerShape> layers) {
        return new ParameterVector(
                layers,
                layers.stream().map(layer -> block(tensors, prefix, layer)).toList());
    }

    private static DoubleMatrix block(Tensors tensors, String prefix, LayerShape layer) {
        DoubleMatrix block = DoubleMatrix.zeros(layer.out(), layer.columns());
        double[] weight =
                tensors.dense(prefix + weight(layer), layer.out(), layer.in()).values();
        for (int i = 0; i < layer.out(); i++) {
            for (int j = 0; j < layer.in(); j++) {
                block.set(i, j, weight[i * layer.in() + j]);
            }
        }
        if (layer.bias()) {
            block.setColumn(
                    layer.in(), tensors.dense(prefix + bias(layer), layer.out()).values());
        }
        return block;
    }

    /**
     * Reads a vector over the given layers.
     *
     * @throws UserException if the file is missing or malformed, or does not hold just these layers
     */
    public static ParameterVector read(Location file, List<LayerShape> layers) {
        return vector(Safetensors.read(file), layers);
    }

    /** Writes a vector in double precision; the file is there whole or not at all. */
    public static void write(Location file, ParameterVector vector, boolean overwrite) {
        Safetensors.write(file, overwrite, tensors(vector));
    }

    private static String weight(LayerShape layer) {
        return layer.name() + ".weight";
    }

    private static String bias(LayerShape layer) {
        return layer.name() + ".bias";
    }
}
