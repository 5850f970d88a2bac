package org.sparkkfac.benchmark;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.PackedSymmetric;
import org.sparkkfac.linalg.Precision;

/** {@code A += X Xᵀ} for 1,024 rows: the packed sum as it is kept, and one gemm of the whole square beside it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class GramKernel {
    @Param({"64", "250", "1001"})
    int dimension;

    @Param({"DOUBLE", "SINGLE"})
    Precision precision;

    private Matrix x;
    private Matrix square;
    private PackedSymmetric sum;

    @Setup
    public void setUp() {
        Random random = new Random(1);
        DoubleMatrix drawn = DoubleMatrix.zeros(dimension, 1024);
        drawn.map(zero -> random.nextGaussian());
        x = drawn.to(precision);
        square = Matrix.zeros(precision, dimension, dimension);
        sum = new PackedSymmetric(dimension);
    }

    @Benchmark
    public PackedSymmetric packed() {
        sum.addGram(x);
        return sum;
    }

    @Benchmark
    public Matrix gemm() {
        square.setToProduct(1, x, false, x, true, 0);
        return square;
    }
}
