package org.sparkkfac.precondition;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/**
 * A way to invert: which blocks, how, what an artefact keeps of the inverse, and what it takes. It stands in the file of its
 * {@link LayerInverse}.
 *
 * @param structure of the blocks
 * @param formula of the inverse, in one line
 * @param tensors that are kept
 * @param inverter inverts a block of the structure, damped
 * @param restorer makes the inverse from its tensors, which were checked
 * @param cost of the inversion of a block
 */
record InverseKind(
        Structure structure,
        String formula,
        List<KeptTensor> tensors,
        Inverter inverter,
        Restorer restorer,
        Function<LayerShape, InversionCost> cost) {
    /** Inverts a block. */
    interface Inverter {
        LayerInverse invert(FisherBlock block, double damping);
    }

    /** Makes an inverse of its layer, damping and tensors. */
    interface Restorer {
        LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors);
    }
}
