package org.sparkkfac.stats;

import java.io.Serializable;
import java.util.List;
import java.util.TreeSet;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;

/**
 * What to collect. Loss and gradient are always collected where the rows have labels.
 *
 * @param kinds statistics of every layer, without repetition, in the order of {@link StatisticKind}
 * @param fisher over which labels the Fisher matrix is taken
 * @param precision of the batches; sums across batches are double
 * @param blockRows rows of a batch
 */
public record StatisticsPlan(List<StatisticKind> kinds, Fisher fisher, Precision precision, int blockRows)
        implements Serializable {
    /** Orders the kinds and rejects blocks without rows. */
    public StatisticsPlan {
        if (blockRows < 1) {
            throw new UserException("statistics.block-rows must be at least 1, not " + blockRows);
        }
        kinds = List.copyOf(new TreeSet<>(kinds));
    }

    /** A plan in double precision with blocks of 1,024 rows. */
    public static StatisticsPlan of(Fisher fisher, StatisticKind... kinds) {
        return new StatisticsPlan(List.of(kinds), fisher, Precision.DOUBLE, 1024);
    }

    /** The same with other kinds. */
    public StatisticsPlan withKinds(List<StatisticKind> newKinds) {
        return new StatisticsPlan(newKinds, fisher, precision, blockRows);
    }

    /** Bytes of one state for the given layers: what a task holds and sends. */
    public long stateBytes(List<LayerShape> layers) {
        long bytes = 0;
        for (LayerShape layer : layers) {
            bytes += Double.BYTES * layer.parameters();
        }
        for (StatisticKind kind : kinds) {
            bytes += kind.bytes(layers);
        }
        return bytes;
    }
}
