package org.sparkkfac.curvature;

import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/**
 * A block with all its p² entries.
 *
 * @param layer shape of the layer
 * @param entries p × p, index = column·out + row
 */
public record DenseBlock(LayerShape layer, DoubleMatrix entries) implements FisherBlock {
    @Override
    public DoubleMatrix multiply(DoubleMatrix v) {
        DoubleMatrix vec = DoubleMatrix.wrap(entries.columns(), 1, v.toArray());
        return DoubleMatrix.wrap(
                layer.out(), layer.columns(), entries.times(vec).toArray());
    }

    @Override
    public double trace() {
        return entries.trace();
    }

    @Override
    public double norm() {
        return entries.norm();
    }

    @Override
    public DoubleMatrix toDense() {
        return entries.copy();
    }
}
