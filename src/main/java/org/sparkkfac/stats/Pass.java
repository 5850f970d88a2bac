package org.sparkkfac.stats;

import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;

/**
 * The port through which anything asks for sums over rows, wherever the rows are.
 *
 * <p>The law: every group of blocks is folded in order, the groups are merged in order, and so the same request about the
 * same blocks has the same bits wherever they are. A call costs one pass over the rows that it names.
 */
public interface Pass {
    /** In which the rows go through the network; sums are double. */
    Precision precision();

    /**
     * How the rows are cut, where they are kept as blocks.
     *
     * @throws IllegalStateException if they are read anew at every call
     */
    BlockIndex blocks();

    /** Answers a request at the network's parameters. */
    Sums run(Network network, Request request);
}
