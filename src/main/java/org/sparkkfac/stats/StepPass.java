package org.sparkkfac.stats;

import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;

/**
 * The port through which training asks for sums over some rows of a dataset that is cut in blocks and gone through many
 * times.
 *
 * <p>The law: every group folds its blocks in order, the groups are merged in order, and so the same request on the same
 * {@link BlockIndex} has the same bits wherever the blocks are. A call costs one pass over the rows that it names.
 */
public interface StepPass {
    /** How the dataset is cut. */
    BlockIndex blocks();

    /** In which the rows go through the network; sums are double. */
    Precision precision();

    /** Answers a request at the network's parameters. */
    StepSums pass(Network network, StepRequest request);
}
