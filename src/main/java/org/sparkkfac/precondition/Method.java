package org.sparkkfac.precondition;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/** How blocks are inverted, and what an artefact keeps of the inverse. A new method is a file in this package and a line here. */
// A kind holds functions without state, and lists made by List.of; the checker cannot see either.
@SuppressWarnings("ImmutableEnumChecker")
public enum Method {
    /** Both Kronecker factors, each with its share of the damping. */
    FACTORED(FactoredInverse.KIND),
    /** The Kronecker product in its eigenbasis, damped exactly. */
    EIGEN(EigenInverse.KIND),
    /** The Kronecker eigenbasis with corrected eigenvalues, damped exactly. */
    EIGEN_CORRECTED(EigenInverse.CORRECTED_KIND),
    /** The matrix over all layers, by Cholesky. */
    FULL(ExactInverse.FULL_KIND),
    /** The exact block, by Cholesky. */
    EXACT(ExactInverse.KIND),
    /** The diagonal, entry by entry. */
    DIAGONAL(DiagonalInverse.KIND);

    private final InverseKind kind;

    Method(InverseKind kind) {
        this.kind = kind;
    }

    /** The method of a name, as {@link #toString} gives it. */
    public static Optional<Method> named(String name) {
        return Arrays.stream(values())
                .filter(method -> method.toString().equals(name))
                .findFirst();
    }

    /** The form of the blocks from which this method starts. */
    public Structure structure() {
        return kind.structure();
    }

    /** The inverse in one line, such as {@code (F + λI)⁻¹ of each layer}. */
    public String formula() {
        return kind.formula();
    }

    /** A method that needs less memory and time, if there is one: the first for blocks of a coarser structure. */
    public Optional<Method> cheaper() {
        return structure()
                .coarser()
                .flatMap(coarser -> Arrays.stream(values())
                        .filter(method -> method.structure() == coarser)
                        .findFirst());
    }

    /** Names of what an artefact keeps for each layer. */
    public List<String> tensorNames() {
        return kind.tensors().stream().map(KeptTensor::name).toList();
    }

    /** Zeros in the shapes of what is kept of a layer's inverse, by name, to be filled and {@linkplain #restore restored}. */
    public Map<String, DoubleMatrix> emptyTensors(LayerShape layer) {
        Map<String, DoubleMatrix> tensors = new LinkedHashMap<>();
        kind.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor.zeros(layer)));
        return tensors;
    }

    /**
     * Inverts a block of this method's {@link #structure()}.
     *
     * @throws SingularBlockException if it is singular with this damping
     */
    public LayerInverse invert(FisherBlock block, double damping) {
        return kind.inverter().invert(block, damping);
    }

    /**
     * The inverse that an artefact kept.
     *
     * @throws IllegalArgumentException if a tensor is missing, has another shape, or holds what no inverse can
     */
    public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
        kind.tensors().forEach(tensor -> tensor.check(layer, tensors));
        return kind.restorer().restore(layer, damping, tensors);
    }

    /** What the inversion of a block takes. */
    InversionCost cost(LayerShape block) {
        return kind.cost().apply(block);
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
