package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticsPlan;

/** What the tasks of a pass need: the network, the plan, the bases of eigenvalue corrections. */
final class PassMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final NetworkMessage network;
    private final StatisticsPlan plan;
    private final byte[][] bases;

    private PassMessage(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        this.network = new NetworkMessage(network);
        this.plan = plan;
        this.bases = new byte[2 * bases.size()][];
        for (int l = 0; l < bases.size(); l++) {
            this.bases[2 * l] = NetworkMessage.bytes(bases.get(l).activationVectors());
            this.bases[2 * l + 1] = NetworkMessage.bytes(bases.get(l).gradientVectors());
        }
    }

    static byte[] encode(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        return ObjectBytes.encode(new PassMessage(network, plan, bases));
    }

    static PassMessage decode(byte[] bytes) {
        return ObjectBytes.decode(bytes, PassMessage.class);
    }

    StatisticsPlan plan() {
        return plan;
    }

    Network network() {
        return network.network();
    }

    /** The bases without their eigenvalues, which a task does not need. */
    List<EigenBasis> bases(Network of) {
        List<LayerShape> layers = plan.select(of.layers());
        List<EigenBasis> result = new ArrayList<>();
        for (int l = 0; 2 * l < bases.length; l++) {
            int a = layers.get(l).columns();
            int g = layers.get(l).out();
            result.add(EigenBasis.ofVectors(
                    NetworkMessage.matrix(a, a, bases[2 * l]), NetworkMessage.matrix(g, g, bases[2 * l + 1])));
        }
        return result;
    }
}
