package org.sparkkfac.linalg;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A vector over the parameters of all layers: one matrix out × (in+1) a layer, in the network's order. Weights,
 * gradients and preconditioned directions are all of this type.
 *
 * <p>Inner products sum over layers, in order.
 */
public final class ParameterVector implements Serializable {
    private static final long serialVersionUID = 1;

    private final List<LayerShape> layers;
    private final List<DoubleMatrix> blocks;

    /**
     * A vector of the given blocks, which are not copied: the vector owns them from here.
     *
     * @throws IllegalArgumentException if a block does not have its layer's shape
     */
    public ParameterVector(List<LayerShape> layers, List<DoubleMatrix> blocks) {
        if (layers.size() != blocks.size()) {
            throw new IllegalArgumentException(layers.size() + " layers but " + blocks.size() + " blocks");
        }
        for (int i = 0; i < layers.size(); i++) {
            LayerShape layer = layers.get(i);
            if (blocks.get(i).rows() != layer.out() || blocks.get(i).columns() != layer.columns()) {
                throw new IllegalArgumentException("layer " + layer.name() + " is " + layer.out() + " × "
                        + layer.columns() + " but its block is " + blocks.get(i));
            }
        }
        this.layers = List.copyOf(layers);
        this.blocks = List.copyOf(blocks);
    }

    public static ParameterVector zeros(List<LayerShape> layers) {
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (LayerShape layer : layers) {
            blocks.add(DoubleMatrix.zeros(layer.out(), layer.columns()));
        }
        return new ParameterVector(layers, blocks);
    }

    /** The vector whose {@link #toArray} is {@code parameters}. */
    public static ParameterVector ofArray(List<LayerShape> layers, double[] parameters) {
        List<DoubleMatrix> blocks = new ArrayList<>();
        int start = 0;
        for (LayerShape layer : layers) {
            int end = start + Math.toIntExact(layer.parameters());
            blocks.add(DoubleMatrix.wrap(layer.out(), layer.columns(), Arrays.copyOfRange(parameters, start, end)));
            start = end;
        }
        return new ParameterVector(layers, blocks);
    }

    public List<LayerShape> layers() {
        return layers;
    }

    /** The blocks of all layers, in order; shared. */
    public List<DoubleMatrix> blocks() {
        return blocks;
    }

    /** The matrix of the i-th layer, shared: writing to it writes to this vector. */
    public DoubleMatrix block(int i) {
        return blocks.get(i);
    }

    public ParameterVector copy() {
        return new ParameterVector(
                layers, blocks.stream().map(DoubleMatrix::copy).toList());
    }

    /** Adds {@code α·x} to this vector. */
    public void add(double alpha, ParameterVector x) {
        checkSameLayers(x);
        for (int i = 0; i < blocks.size(); i++) {
            blocks.get(i).add(alpha, x.blocks.get(i));
        }
    }

    /** Multiplies this vector by α. */
    public void scale(double alpha) {
        blocks.forEach(block -> block.scale(alpha));
    }

    /** Inner product over all layers. */
    public double dot(ParameterVector other) {
        checkSameLayers(other);
        double sum = 0;
        for (int i = 0; i < blocks.size(); i++) {
            sum += blocks.get(i).dot(other.blocks.get(i));
        }
        return sum;
    }

    /** Euclidean norm over all layers. */
    public double norm() {
        return Math.sqrt(dot(this));
    }

    public boolean isFinite() {
        return blocks.stream().allMatch(DoubleMatrix::isFinite);
    }

    /** All parameters in order, each layer as vec of its matrix; a copy. */
    public double[] toArray() {
        return blocks.stream()
                .flatMapToDouble(block -> Arrays.stream(block.toArray()))
                .toArray();
    }

    /** Layers and norm, such as {@code hidden 32 × 65, output 10 × 33; norm 1.25}. */
    @Override
    public String toString() {
        String shapes = layers.stream()
                .map(layer -> layer.name() + " " + layer.out() + " × " + layer.columns())
                .collect(Collectors.joining(", "));
        return shapes + "; norm " + norm();
    }

    private void checkSameLayers(ParameterVector other) {
        if (!layers.equals(other.layers)) {
            throw new IllegalArgumentException("layers differ: " + layers + " and " + other.layers);
        }
    }
}
