package org.sparkkfac.precondition;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/**
 * A tensor that is kept of an inverse: its name, its shape, which follows from the layer's, and what else holds of it.
 *
 * @param problem what is wrong with the entries of one that is called so, or null
 */
record KeptTensor(
        String name,
        ToIntFunction<LayerShape> rows,
        ToIntFunction<LayerShape> columns,
        BiFunction<String, DoubleMatrix, @Nullable String> problem) {
    private KeptTensor(String name, ToIntFunction<LayerShape> rows, ToIntFunction<LayerShape> columns) {
        this(name, rows, columns, (called, tensor) -> null);
    }

    /** (in+1) × (in+1). */
    static KeptTensor ofActivations(String name) {
        return new KeptTensor(name, LayerShape::columns, LayerShape::columns);
    }

    /** out × out. */
    static KeptTensor ofGradients(String name) {
        return new KeptTensor(name, LayerShape::out, LayerShape::out);
    }

    /** out × (in+1), no entry below zero. */
    static KeptTensor nonNegative(String name) {
        return new KeptTensor(name, LayerShape::out, LayerShape::columns, KeptTensor::negative);
    }

    /** p × p, lower triangular with a positive diagonal. */
    static KeptTensor lower(String name) {
        ToIntFunction<LayerShape> parameters = layer -> Math.toIntExact(layer.parameters());
        return new KeptTensor(name, parameters, parameters, KeptTensor::notLower);
    }

    private static @Nullable String negative(String name, DoubleMatrix tensor) {
        for (double value : tensor.toArray()) {
            if (value < 0) {
                return name + " must not be negative";
            }
        }
        return null;
    }

    private static @Nullable String notLower(String name, DoubleMatrix tensor) {
        for (int j = 0; j < tensor.columns(); j++) {
            if (!(tensor.get(j, j) > 0)) {
                return "the diagonal of " + name + " must be positive";
            }
            for (int i = 0; i < j; i++) {
                if (tensor.get(i, j) != 0) {
                    return name + " must be zero above its diagonal";
                }
            }
        }
        return null;
    }

    /** Zeros of its shape. */
    DoubleMatrix zeros(LayerShape layer) {
        return DoubleMatrix.zeros(rows.applyAsInt(layer), columns.applyAsInt(layer));
    }

    /**
     * Checks the one among tensors.
     *
     * @throws IllegalArgumentException if it is missing, has another shape, or holds what no inverse can
     */
    void check(LayerShape layer, Map<String, DoubleMatrix> tensors) {
        DoubleMatrix tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        if (tensor.rows() != rows.applyAsInt(layer) || tensor.columns() != columns.applyAsInt(layer)) {
            throw new IllegalArgumentException(name + " is " + tensor.rows() + " × " + tensor.columns()
                    + " but must be " + rows.applyAsInt(layer) + " × " + columns.applyAsInt(layer));
        }
        String wrong = problem.apply(name, tensor);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
