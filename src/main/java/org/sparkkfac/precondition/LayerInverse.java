package org.sparkkfac.precondition;

import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;

/** The damped inverse of one layer's block. */
public sealed interface LayerInverse permits FactoredInverse, EigenInverse, ExactInverse, DiagonalInverse {
    LayerShape layer();

    /** λ, as it was for this layer. */
    double damping();

    /** {@code M⁻¹ vec(V)} as a new matrix of the layer's shape. */
    DoubleMatrix apply(DoubleMatrix v);

    /** What an artefact keeps of this, by name, in a fixed order; with the damping it is all there is. */
    Map<String, Entries> tensors();
}
