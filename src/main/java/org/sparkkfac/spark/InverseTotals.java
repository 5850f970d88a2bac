package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;

/** The one inverse that {@link InvertBlock} made: its entries are taken over as they are, none are added up. */
final class InverseTotals extends Totals {
    private final Method method;
    private final LayerShape layer;
    private final Map<String, DoubleMatrix> tensors;
    private double damping;

    InverseTotals(Method method, LayerShape layer) {
        this.method = method;
        this.layer = layer;
        this.tensors = method.emptyTensors(layer);
    }

    @Override
    List<DoubleMatrix> parts() {
        return new ArrayList<>(tensors.values());
    }

    /**
     * {@inheritDoc}
     *
     * @throws NumericalException if the task could not invert the block
     */
    @Override
    void readHead(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            throw ObjectBytes.decode(new byte[][] {in.readAllBytes()}, NumericalException.class);
        }
        damping = in.readDouble();
    }

    @Override
    void receive(DoubleMatrix part, ByteBuffer bytes) {
        part.readFrom(bytes);
    }

    LayerInverse inverse() {
        return method.restore(layer, damping, tensors);
    }
}
