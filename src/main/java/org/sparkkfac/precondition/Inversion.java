package org.sparkkfac.precondition;

import org.sparkkfac.NumericalException;
import org.sparkkfac.curvature.FisherBlocks;

/** Where blocks are inverted: in this process, or where there is more room. */
@FunctionalInterface
public interface Inversion {
    /** In this process. */
    Inversion HERE = Preconditioner::invert;

    /**
     * Inverts all blocks; the result does not depend on where.
     *
     * @param blocks in the method's {@linkplain Method#structure() structure}
     * @param threads how many threads of this process may work; it must run nothing else on its BLAS meanwhile
     * @throws SingularBlockException if a block is singular with this damping
     * @throws NumericalException if a block holds NaN or infinite numbers
     */
    Preconditioner invert(FisherBlocks blocks, Method method, DampingRule damping, int threads);
}
