package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.ChunkedBytes;
import org.sparkkfac.spark.aggregate.MatrixBytes;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.testing.Cases;

/** What is sent to tasks passes the limit of one array in several of them, and arrives as it was. */
final class MessageTest {
    /** Bytes that one array may have here; really 16 MiB. */
    private static final int SMALL = 100;

    private static DoubleMatrix matrix(int rows, int columns) {
        DoubleMatrix matrix = DoubleMatrix.zeros(rows, columns);
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                matrix.set(i, j, i == j ? -0.0 : Math.sin(i + 31.0 * j));
            }
        }
        return matrix;
    }

    @Test
    void aMatrixIsCutInRunsOfColumnsAndPutTogether() {
        for (int columns : new int[] {0, 1, 2, 7, 8, 40}) {
            for (int rows : new int[] {1, 3, 40}) { // 40 rows are longer than an array may be
                DoubleMatrix matrix = matrix(rows, columns);
                assertThat(new MatrixBytes(matrix, SMALL).matrix().toArray()).isEqualTo(matrix.toArray());
            }
        }
        DoubleMatrix part = matrix(9, 9).view(2, 5, 3, 6);
        assertThat(new MatrixBytes(part, SMALL).matrix().toArray()).isEqualTo(part.toArray());
    }

    @Test
    void noArrayIsLongerThanAllowedAndTogetherTheyAreTheStream() throws IOException {
        byte[] all = new byte[1234];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (7 * i);
        }
        ChunkedBytes stream = new ChunkedBytes(SMALL);
        stream.write(all, 0, 5);
        stream.write(all[5]);
        stream.write(all, 6, all.length - 6);
        byte[][] chunks = stream.chunks();
        assertThat(Arrays.stream(chunks)).hasSize(13).allMatch(chunk -> chunk.length <= SMALL);
        assertThat(ChunkedBytes.read(chunks).readAllBytes()).isEqualTo(all);
        assertThat(new ChunkedBytes(ChunkedBytes.LARGEST).chunks()).isDeepEqualTo(new byte[][] {{}});
    }

    @Test
    void networkPlanAndBasesArriveInManySmallArraysAsTheyDoInOne() {
        Network network = Samples.network(Cases.one(), "softmax", 12, 3);
        StatisticsPlan plan = StatisticsPlan.of(Fisher.exact(), StatisticKind.EIGEN_CORRECTED);
        List<EigenBasis> bases = network.layers().stream()
                .map(layer -> EigenBasis.ofVectors(
                        matrix(layer.columns(), layer.columns()), matrix(layer.out(), layer.out())))
                .toList();
        byte[][] one = PassMessage.encode(network, plan, bases);
        byte[][] many = PassMessage.encode(network, plan, bases, SMALL);
        assertThat(one.length).isEqualTo(1);
        assertThat(many.length).isGreaterThan(20);
        assertThat(Arrays.stream(many)).allMatch(chunk -> chunk.length <= SMALL);
        for (byte[][] bytes : List.of(one, many)) {
            PassMessage message = PassMessage.decode(bytes);
            assertThat(message.network().parameters().toArray())
                    .isEqualTo(network.parameters().toArray());
            assertThat(message.plan()).isEqualTo(plan);
            List<EigenBasis> arrived = message.bases();
            for (int l = 0; l < bases.size(); l++) {
                assertThat(arrived.get(l).activationVectors().toArray())
                        .isEqualTo(bases.get(l).activationVectors().toArray());
                assertThat(arrived.get(l).gradientVectors().toArray())
                        .isEqualTo(bases.get(l).gradientVectors().toArray());
            }
        }
    }
}
