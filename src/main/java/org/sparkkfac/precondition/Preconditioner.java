package org.sparkkfac.precondition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sparkkfac.NumericalException;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;

/**
 * {@code P = M⁻¹} for M the damped Fisher matrix: block-diagonal, or over all layers for {@link Method#FULL}.
 *
 * @param method how M was inverted
 * @param shapes shapes of the network's layers
 * @param layers one inverse a layer, in the network's order; or a single one over all of them
 */
public record Preconditioner(Method method, List<LayerShape> shapes, List<LayerInverse> layers) {
    /** Copies the lists. */
    public Preconditioner {
        shapes = List.copyOf(shapes);
        layers = List.copyOf(layers);
    }

    /**
     * Inverts all blocks, several at a time.
     *
     * @param blocks in the method's {@linkplain Method#structure() structure}
     * @param threads how many threads may work; the calling process must run nothing else on its BLAS meanwhile
     * @throws SingularBlockException if a block is singular with this damping
     * @throws NumericalException if a block holds NaN or infinite numbers
     */
    public static Preconditioner invert(FisherBlocks blocks, Method method, Damping damping, int threads) {
        return invert(blocks, method, DampingRule.of(damping), threads);
    }

    /** As {@link #invert(FisherBlocks, Method, Damping, int)}, with a damping of its own for some layers. */
    public static Preconditioner invert(FisherBlocks blocks, Method method, DampingRule damping, int threads) {
        damping.check(blocks.shapes());
        List<LayerInverse> inverses =
                LayerTasks.run(blocks.shapes(), threads, index -> invert(blocks, index, method, damping));
        return new Preconditioner(method, blocks.layers(), inverses);
    }

    /** The most of these threads, at least 1, for which {@link #invert(FisherBlocks, Method, DampingRule, int)} gives the bits of one thread. */
    public static int threadsOfSameBits(FisherBlocks blocks, int most) {
        return LayerTasks.threadsSideBySide(blocks.shapes(), most);
    }

    /** Inverts one of the blocks, with as many threads as the BLAS has. */
    public static LayerInverse invert(FisherBlocks blocks, int index, Method method, DampingRule damping) {
        FisherBlock block = blocks.block(index);
        return method.invert(block, damping.of(block));
    }

    /** {@code Pv}, as a new vector. */
    public ParameterVector apply(ParameterVector v) {
        return apply(List.of(v)).get(0);
    }

    /** {@code Pv} for several v at once, by matrix products, on all processors. */
    public List<ParameterVector> apply(List<ParameterVector> vs) {
        return apply(vs, Runtime.getRuntime().availableProcessors());
    }

    /** The same on this number of threads, on which the bits do not depend: many layers side by side, few one after the other. */
    public List<ParameterVector> apply(List<ParameterVector> vs, int threads) {
        List<List<DoubleMatrix>> split = vs.stream().map(this::split).toList();
        List<List<DoubleMatrix>> applied = LayerTasks.shared(
                layers.size(),
                threads,
                (l, ofLayer) -> layers.get(l)
                        .apply(split.stream().map(ofVector -> ofVector.get(l)).toList(), ofLayer));
        List<ParameterVector> results = new ArrayList<>();
        for (int k = 0; k < vs.size(); k++) {
            int vector = k;
            List<DoubleMatrix> parts =
                    applied.stream().map(ofLayer -> ofLayer.get(vector)).toList();
            results.add(method.structure().join(shapes, parts));
        }
        return results;
    }

    /** {@code R} with {@code R Rᵀ = P}, ready to be applied many times: symmetric, but {@code L⁻ᵀ} for Cholesky. */
    public UnaryOperator<ParameterVector> inverseRoot() {
        return eachLayer(layers.stream().map(LayerInverse::inverseRoot).toList());
    }

    /** The inverse of {@link #inverseRoot}. */
    public UnaryOperator<ParameterVector> root() {
        return eachLayer(layers.stream().map(LayerInverse::root).toList());
    }

    private UnaryOperator<ParameterVector> eachLayer(List<UnaryOperator<DoubleMatrix>> operators) {
        return v -> {
            List<DoubleMatrix> blocks = split(v);
            List<DoubleMatrix> results = new ArrayList<>();
            for (int l = 0; l < operators.size(); l++) {
                results.add(operators.get(l).apply(blocks.get(l)));
            }
            return method.structure().join(shapes, results);
        };
    }

    /** {@code log det P}. */
    public double logDeterminant() {
        return layers.stream().mapToDouble(LayerInverse::logDeterminant).sum();
    }

    /** {@code tr P}. */
    public double trace() {
        return layers.stream().mapToDouble(LayerInverse::trace).sum();
    }

    /** {@code ‖P‖}, the Frobenius norm. */
    public double norm() {
        return Math.sqrt(layers.stream()
                .mapToDouble(layer -> layer.norm() * layer.norm())
                .sum());
    }

    /**
     * Draws from the normal distribution with mean zero and covariance P.
     *
     * @param seed with {@code draw} determines the sample
     */
    public ParameterVector sample(long seed, int draw) {
        CounterRandom random = new CounterRandom(seed);
        ParameterVector z = ParameterVector.zeros(shapes);
        for (int l = 0; l < shapes.size(); l++) {
            random.seek(l, draw);
            z.block(l).map(zero -> random.nextNormal());
        }
        return inverseRoot().apply(z);
    }

    /** P as one dense matrix over all parameters, layers in order; for tests and small networks. */
    public DoubleMatrix toDense() {
        int n = Math.toIntExact(
                shapes.stream().mapToLong(LayerShape::parameters).sum());
        DoubleMatrix dense = DoubleMatrix.zeros(n, n);
        int start = 0;
        for (LayerInverse layer : layers) {
            DoubleMatrix block = layer.toDense();
            dense.view(start, block.rows(), start, block.rows()).copyFrom(block);
            start += block.rows();
        }
        return dense;
    }

    /**
     * {@code (M − w ggᵀ)⁻¹}, g spanning all layers.
     *
     * @throws IndefiniteDowndateException if {@code 1 − w·gᵀPg ≤ 1e-6}
     */
    public Downdate downdate(ParameterVector g, double weight) {
        return downdate(List.of(g), List.of(weight));
    }

    /**
     * {@code (M − Σ w_i g_i g_iᵀ)⁻¹}, every g spanning all layers.
     *
     * @throws IndefiniteDowndateException if the matrix is not safely positive definite
     */
    public Downdate downdate(List<ParameterVector> gs, List<Double> weights) {
        return Downdate.of(this, gs, weights);
    }

    /** The vector's matrices as the inverses take them: a layer each, or one row over all parameters. */
    List<DoubleMatrix> split(ParameterVector v) {
        if (!v.layers().equals(shapes)) {
            throw new IllegalArgumentException("the vector is of " + v.layers() + ", the preconditioner of " + shapes);
        }
        return method.structure().split(v);
    }
}
