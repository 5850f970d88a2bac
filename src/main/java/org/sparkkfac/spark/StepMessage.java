package org.sparkkfac.spark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.ChunkedBytes;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.stats.StepRequest;

/** What the tasks of a training step need: the network, the request, and how the blocks are numbered. */
final class StepMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final NetworkMessage network;
    private final Precision precision;
    private final byte[][] request;
    private final int[] firstBlocks;

    private StepMessage(Network network, Precision precision, byte[][] request, int[] firstBlocks) {
        this.network = new NetworkMessage(network);
        this.precision = precision;
        this.request = request;
        this.firstBlocks = firstBlocks;
    }

    /**
     * The message as bytes.
     *
     * @param firstBlocks the number of the first block of every group that has a task
     */
    static byte[][] encode(Network network, Precision precision, StepRequest request, int[] firstBlocks) {
        ChunkedBytes bytes = new ChunkedBytes(ChunkedBytes.LARGEST);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            request.write(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return ObjectBytes.encode(new StepMessage(network, precision, bytes.chunks(), firstBlocks));
    }

    static StepMessage decode(byte[][] bytes) {
        return ObjectBytes.decode(bytes, StepMessage.class);
    }

    Network network() {
        return network.network();
    }

    Precision precision() {
        return precision;
    }

    StepRequest request(Network of) {
        try (DataInputStream in = new DataInputStream(ChunkedBytes.read(request))) {
            return StepRequest.read(of.layers(), in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The number of the first block of a task's group. */
    int firstBlock(int task) {
        return firstBlocks[task];
    }
}
