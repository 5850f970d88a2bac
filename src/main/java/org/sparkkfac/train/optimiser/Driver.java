package org.sparkkfac.train.optimiser;

import java.util.function.Supplier;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;

/** The work of an optimiser that needs no rows: the port behind which threads, clock and place of inversion are. */
public interface Driver {
    /** Updates averages of statistics. */
    void average(Runnable update);

    /**
     * Inverts blocks, which {@code blocks} may have to prepare.
     *
     * @throws org.sparkkfac.NumericalException if a block is singular with this damping
     */
    Preconditioner invert(Supplier<FisherBlocks> blocks, Method method, Damping damping);

    /** Applies an inverse to a vector. */
    ParameterVector apply(Preconditioner inverse, ParameterVector v);
}
