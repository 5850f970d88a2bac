package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.ChunkedBytes;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.FisherProducts;
import org.sparkkfac.stats.PassContract;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Rows;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.testing.Cases;

/** What is sent to tasks passes the limit of one array in several of them, and arrives as it was. */
final class MessageTest {
    /** Bytes that one array may have here; really 16 MiB. */
    private static final int SMALL = 100;

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
    void networkAndRequestArriveInManySmallArraysAsTheyDoInOne() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax", 12, 3);
        RowSelection rows = new RowSelection(List.of(new RowRange(2, 0, 9), new RowRange(0, 3, 4)));
        Request request = PassContract.everything(cases, network, rows);
        TaskMessage sent = new TaskMessage(network, Precision.SINGLE, request, new int[] {0, 7});
        byte[][] one = ObjectBytes.encode(sent);
        byte[][] many = ObjectBytes.encode(sent, SMALL);
        assertThat(one.length).isEqualTo(1);
        assertThat(many.length).isGreaterThan(20);
        assertThat(Arrays.stream(many)).allMatch(chunk -> chunk.length <= SMALL);
        for (byte[][] bytes : List.of(one, many)) {
            TaskMessage message = ObjectBytes.decode(bytes, TaskMessage.class);
            assertThat(message.network().parameters().toArray())
                    .isEqualTo(network.parameters().toArray());
            assertThat(message.precision()).isEqualTo(Precision.SINGLE);
            assertThat(message.firstBlock(1)).isEqualTo(7);
            assertThat(message.request().parts()).hasSameSizeAs(request.parts());
            assertThat(message.request().blocks()).isEqualTo(request.blocks());
            assertThat(message.request().rowsTouched()).isEqualTo(request.rowsTouched());
            List<EigenBasis> sentBases =
                    request.part(Statistics.class).orElseThrow().bases();
            List<EigenBasis> arrived =
                    message.request().part(Statistics.class).orElseThrow().bases();
            for (int l = 0; l < sentBases.size(); l++) {
                assertThat(arrived.get(l).activationVectors().toArray())
                        .isEqualTo(sentBases.get(l).activationVectors().toArray());
                assertThat(arrived.get(l).gradientVectors().toArray())
                        .isEqualTo(sentBases.get(l).gradientVectors().toArray());
            }
            for (int k = 0; k < 2; k++) {
                assertThat(message.request()
                                .part(FisherProducts.class)
                                .orElseThrow()
                                .directions()
                                .get(k)
                                .toArray())
                        .isEqualTo(request.part(FisherProducts.class)
                                .orElseThrow()
                                .directions()
                                .get(k)
                                .toArray());
            }
        }
    }

    /** A message is about as long as what it says. */
    @Test
    void aMessageHasLittleBesideItsNumbers() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax", 200, 3);
        Request request = PassContract.everything(cases, network, Rows.ALL);
        byte[][] bytes = ObjectBytes.encode(new TaskMessage(network, Precision.DOUBLE, request, new int[0]));
        long length = Arrays.stream(bytes).mapToLong(chunk -> chunk.length).sum();
        assertThat(length).isBetween(request.messageBytes(network), request.messageBytes(network) + 12_000);
    }
}
