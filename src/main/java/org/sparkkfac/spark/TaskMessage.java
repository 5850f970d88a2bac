package org.sparkkfac.spark;

import java.io.Serializable;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Request;

/**
 * What the tasks of a pass need.
 *
 * @param network at whose parameters
 * @param precision of the blocks
 * @param request what is asked
 * @param firstBlocks the number of the first block of each task's group; empty where blocks are not kept, which nothing
 *     then names by number
 */
record TaskMessage(Network network, Precision precision, Request request, int[] firstBlocks) implements Serializable {
    private static final long serialVersionUID = 1;

    int firstBlock(int task) {
        return firstBlocks.length == 0 ? 0 : firstBlocks[task];
    }
}
