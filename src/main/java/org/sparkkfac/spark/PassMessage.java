package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.ChunkedBytes;
import org.sparkkfac.spark.aggregate.MatrixBytes;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticsPlan;

/** What the tasks of a pass need: the network, the plan, the bases of eigenvalue corrections. */
final class PassMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final NetworkMessage network;
    private final StatisticsPlan plan;
    private final MatrixBytes[] bases;

    private PassMessage(Network network, StatisticsPlan plan, List<EigenBasis> bases, int largest) {
        this.network = new NetworkMessage(network, largest);
        this.plan = plan;
        this.bases = new MatrixBytes[2 * bases.size()];
        for (int l = 0; l < bases.size(); l++) {
            this.bases[2 * l] = new MatrixBytes(bases.get(l).activationVectors(), largest);
            this.bases[2 * l + 1] = new MatrixBytes(bases.get(l).gradientVectors(), largest);
        }
    }

    static byte[][] encode(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        return encode(network, plan, bases, ChunkedBytes.LARGEST);
    }

    /** As {@link #encode(Network, StatisticsPlan, List)}, in arrays no longer than this. */
    static byte[][] encode(Network network, StatisticsPlan plan, List<EigenBasis> bases, int largest) {
        return ObjectBytes.encode(new PassMessage(network, plan, bases, largest), largest);
    }

    static PassMessage decode(byte[][] bytes) {
        return ObjectBytes.decode(bytes, PassMessage.class);
    }

    StatisticsPlan plan() {
        return plan;
    }

    Network network() {
        return network.network();
    }

    /** The bases without their eigenvalues, which a task does not need. */
    List<EigenBasis> bases() {
        List<EigenBasis> result = new ArrayList<>();
        for (int l = 0; l < bases.length; l += 2) {
            result.add(EigenBasis.ofVectors(bases[l].matrix(), bases[l + 1].matrix()));
        }
        return result;
    }
}
