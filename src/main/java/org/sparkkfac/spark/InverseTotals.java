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
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.aggregate.Totals;

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

    /** What the task answers that inverted its block. */
    static GroupResult result(LayerInverse inverse) {
        List<DoubleMatrix> tensors = inverse.tensors().values().stream()
                .map(DoubleMatrix.class::cast)
                .toList();
        return GroupResult.of(tensors, out -> {
            out.writeBoolean(true);
            out.writeDouble(inverse.damping());
        });
    }

    /** What the task answers that could not. */
    static GroupResult result(NumericalException failure) {
        return GroupResult.of(List.of(), out -> {
            out.writeBoolean(false);
            for (byte[] chunk : ObjectBytes.encode(failure)) {
                out.write(chunk);
            }
        });
    }

    @Override
    public List<DoubleMatrix> parts() {
        return new ArrayList<>(tensors.values());
    }

    /**
     * {@inheritDoc}
     *
     * @throws NumericalException if the task could not invert the block
     */
    @Override
    protected void readHead(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            throw ObjectBytes.decode(new byte[][] {in.readAllBytes()}, NumericalException.class);
        }
        damping = in.readDouble();
    }

    @Override
    protected void receive(DoubleMatrix part, ByteBuffer bytes) {
        part.readFrom(bytes);
    }

    LayerInverse inverse() {
        return method.restore(layer, damping, tensors);
    }
}
