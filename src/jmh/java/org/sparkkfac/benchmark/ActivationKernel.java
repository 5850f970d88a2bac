package org.sparkkfac.benchmark;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.activation.Activation;
import org.sparkkfac.nn.activation.Activations;

/** Nanoseconds of an activation for one number, among 500 × 128. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class ActivationKernel {
    private static final int ROWS = 500;
    private static final int COLUMNS = 128;

    @Param({"relu", "tanh", "sigmoid", "gelu"})
    String op;

    @Param({"DOUBLE", "SINGLE"})
    Precision precision;

    private Activation activation;
    private Matrix x;
    private Matrix y;

    @Setup
    public void setUp() {
        Random random = new Random(1);
        DoubleMatrix drawn = DoubleMatrix.zeros(ROWS, COLUMNS);
        drawn.map(zero -> random.nextGaussian());
        x = drawn.to(precision);
        y = Matrix.zeros(precision, ROWS, COLUMNS);
        activation = Activations.create(op, Map.of());
    }

    @Benchmark
    @OperationsPerInvocation(ROWS * COLUMNS)
    public Matrix values() {
        y.setToFunction(activation.values(), x);
        return y;
    }
}
