package org.sparkkfac.train.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.VectorEntries;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** {@link OptimiserState} as bytes; part of the byte form of {@link TrainingState}, which carries the version. */
final class MemoryBytes {
    private MemoryBytes() {}

    static void write(DataOutput out, OptimiserState memory) throws IOException {
        out.writeInt(memory.vectors().size());
        for (Map.Entry<String, ParameterVector> vector : memory.sortedVectors().entrySet()) {
            out.writeUTF(vector.getKey());
            write(out, vector.getValue());
        }
        out.writeInt(memory.numbers().size());
        for (Map.Entry<String, Double> number : memory.sortedNumbers().entrySet()) {
            out.writeUTF(number.getKey());
            out.writeDouble(number.getValue());
        }
        out.writeBoolean(memory.statistics().isPresent());
        if (memory.statistics().isPresent()) {
            write(out, memory.statistics().get());
        }
        out.writeBoolean(memory.preconditioner().isPresent());
        if (memory.preconditioner().isPresent()) {
            write(out, memory.preconditioner().get());
        }
    }

    static OptimiserState read(List<LayerShape> layers, DataInput in) throws IOException {
        Map<String, ParameterVector> vectors = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            vectors.put(in.readUTF(), readVector(layers, in));
        }
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            numbers.put(in.readUTF(), in.readDouble());
        }
        Optional<StatisticsState> statistics =
                in.readBoolean() ? Optional.of(readStatistics(layers, in)) : Optional.empty();
        Optional<Preconditioner> preconditioner =
                in.readBoolean() ? Optional.of(readPreconditioner(layers, in)) : Optional.empty();
        return new OptimiserState(vectors, numbers, statistics, preconditioner);
    }

    static void write(DataOutput out, ParameterVector vector) throws IOException {
        for (int l = 0; l < vector.layers().size(); l++) {
            DoubleBytes.write(out, vector.block(l));
        }
    }

    static ParameterVector readVector(List<LayerShape> layers, DataInput in) throws IOException {
        ParameterVector vector = ParameterVector.zeros(layers);
        for (int l = 0; l < layers.size(); l++) {
            DoubleBytes.read(in, vector.block(l));
        }
        return vector;
    }

    private static void write(DataOutput out, StatisticsState statistics) throws IOException {
        out.writeInt(statistics.kinds().size());
        for (StatisticKind kind : statistics.kinds()) {
            out.writeUTF(kind.name());
        }
        if (statistics.kinds().contains(StatisticKind.EIGEN_CORRECTED)) {
            for (var correction : statistics.statistics(StatisticKind.EIGEN_CORRECTED)) {
                EigenBasis basis = ((EigenCorrection) correction).basis();
                DoubleBytes.write(out, basis.activationVectors());
                DoubleBytes.write(out, basis.activationValues().toDense(1));
                DoubleBytes.write(out, basis.gradientVectors());
                DoubleBytes.write(out, basis.gradientValues().toDense(1));
            }
        }
        statistics.write(out);
    }

    private static StatisticsState readStatistics(List<LayerShape> layers, DataInput in) throws IOException {
        List<StatisticKind> kinds = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            kinds.add(StatisticKind.valueOf(in.readUTF()));
        }
        List<EigenBasis> bases = new ArrayList<>();
        if (kinds.contains(StatisticKind.EIGEN_CORRECTED)) {
            for (LayerShape layer : layers) {
                bases.add(new EigenBasis(
                        matrix(layer.columns(), layer.columns(), in),
                        new VectorEntries(matrix(layer.columns(), 1, in).toArray()),
                        matrix(layer.out(), layer.out(), in),
                        new VectorEntries(matrix(layer.out(), 1, in).toArray())));
            }
        }
        return StatisticsState.read(layers, kinds, bases, in);
    }

    private static void write(DataOutput out, Preconditioner preconditioner) throws IOException {
        out.writeUTF(preconditioner.method().name());
        for (LayerInverse inverse : preconditioner.layers()) {
            out.writeDouble(inverse.damping());
            Map<String, Entries> tensors = inverse.tensors();
            for (String name : preconditioner.method().tensorNames()) {
                DoubleMatrix tensor = tensor(tensors, name);
                out.writeInt(tensor.rows());
                out.writeInt(tensor.columns());
                DoubleBytes.write(out, tensor);
            }
        }
    }

    private static DoubleMatrix tensor(Map<String, Entries> tensors, String name) {
        Entries tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalStateException("the inverse has no " + name);
        }
        return tensor.toDense(1);
    }

    private static Preconditioner readPreconditioner(List<LayerShape> layers, DataInput in) throws IOException {
        Method method = Method.valueOf(in.readUTF());
        List<LayerInverse> inverses = new ArrayList<>();
        for (LayerShape shape : method.structure().shapes(layers)) {
            double damping = in.readDouble();
            Map<String, DoubleMatrix> tensors = new LinkedHashMap<>();
            for (String name : method.tensorNames()) {
                tensors.put(name, matrix(in.readInt(), in.readInt(), in));
            }
            inverses.add(method.restore(shape, damping, tensors));
        }
        return new Preconditioner(method, layers, inverses);
    }

    private static DoubleMatrix matrix(int rows, int columns, DataInput in) throws IOException {
        DoubleMatrix matrix = DoubleMatrix.zeros(rows, columns);
        DoubleBytes.read(in, matrix);
        return matrix;
    }
}
