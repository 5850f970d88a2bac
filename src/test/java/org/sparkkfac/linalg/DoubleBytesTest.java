package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class DoubleBytesTest {
    /** On both sides of the length of a chunk. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 3000})
    void numbersAreBigEndianAndComeBackBitForBit(int count) throws IOException {
        double[] values = Cases.one().normals(count + 1);
        values[count / 2] = Double.NaN;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DoubleBytes.write(new DataOutputStream(bytes), values, count);
        assertThat(bytes.size()).isEqualTo(Double.BYTES * count);
        if (count > 0) {
            long last = ByteBuffer.wrap(bytes.toByteArray()).getLong(8 * (count - 1));
            assertThat(last).isEqualTo(Double.doubleToRawLongBits(values[count - 1]));
        }
        double[] read = new double[count + 1];
        DoubleBytes.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), read, count);
        assertThat(read[count]).isZero();
        values[count] = 0;
        assertThat(read).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1500})
    void aMatrixComesBackThroughAView(int rows) throws IOException {
        DoubleMatrix matrix = Cases.one().matrix(rows + 1, 4);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DoubleBytes.write(new DataOutputStream(bytes), matrix.view(1, rows, 1, 2));
        DoubleMatrix whole = DoubleMatrix.zeros(rows + 2, 5);
        DoubleBytes.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), whole.view(2, rows, 3, 2));
        Near.assertSameBits("matrix", whole.view(2, rows, 3, 2), matrix.view(1, rows, 1, 2));
        assertThat(whole.columns(0, 3).isFinite()).isTrue();
        assertThat(((DoubleMatrix) whole.columns(0, 3)).norm()).isZero();
    }
}
