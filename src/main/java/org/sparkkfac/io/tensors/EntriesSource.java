package org.sparkkfac.io.tensors;

import java.io.IOException;
import org.sparkkfac.linalg.Entries;

/** A matrix, however it is stored, written as an F64 tensor row by row without a copy of the whole. */
public record EntriesSource(Entries entries) implements TensorSource {
    @Override
    public Shape shape() {
        return entries.rank() == 1 ? Shape.of(entries.rows()) : Shape.of(entries.rows(), entries.columns());
    }

    @Override
    public Dtype dtype() {
        return Dtype.F64;
    }

    @Override
    public void writeTo(TensorSink sink) throws IOException {
        double[] row = new double[entries.columns()];
        for (int i = 0; i < entries.rows(); i++) {
            for (int j = 0; j < row.length; j++) {
                row[j] = entries.get(i, j);
            }
            sink.put(row, 0, row.length);
        }
    }
}
