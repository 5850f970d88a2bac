package org.sparkkfac.nn;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.testing.Cases;

/**
 * The sum of two nodes: an operation with two inputs, which no model can name yet. It shows that the engine needs no
 * change for one.
 */
record ResidualSum() implements Operation {
    private static final NodeSpec FIRST = new NodeSpec("layer0", "dense", Map.of("units", 3));
    private static final NodeSpec TANH = new NodeSpec("tanh", "tanh", Map.of());

    @Override
    public String op() {
        return "sum";
    }

    @Override
    public Map<String, Object> parameters() {
        return Map.of();
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int outputs(List<Integer> inputs) {
        return inputs.get(0);
    }

    @Override
    public void forward(List<Values> inputs, Matrix weights, Matrix output) {
        output.setToCombination(inputs.get(0).plain(), inputs.get(1).plain(), Double::sum);
    }

    @Override
    public Matrix backward(
            int input, List<Values> inputs, Values output, Matrix weights, Matrix gradient, Workspace workspace) {
        return gradient.to(gradient.precision());
    }

    @Override
    public void tangent(
            List<Values> inputs,
            Values output,
            Matrix weights,
            List<Matrix> inputTangents,
            List<Matrix> directions,
            Matrix tangent,
            Workspace workspace) {
        tangent.fill(0);
        for (Matrix moved : inputTangents) {
            if (moved != null) {
                tangent.setToCombination(tangent, moved, Double::sum);
            }
        }
    }

    private static Network of(int inputs, NodeSpec... specs) {
        List<Operation> operations = IntStream.range(0, specs.length)
                .mapToObj(i -> specs[i].op().equals("sum") ? new ResidualSum() : Operations.create(specs[i]))
                .toList();
        return Network.ofOperations(inputs, List.of(specs), operations, Cases.likelihood("softmax"));
    }

    /** A skip over a layer and its activation, and an output layer after the sum. */
    static Network network() {
        return of(
                2,
                FIRST,
                TANH,
                new NodeSpec("layer1", "dense", Map.of("units", 3)),
                new NodeSpec("silu", "silu", Map.of()),
                new NodeSpec("sum", "sum", List.of("tanh", "silu"), Map.of()),
                new NodeSpec("layer2", "dense", Map.of("units", 3)));
    }

    /** The same node twice, and the sum as the output. */
    static Network twice() {
        return of(2, FIRST, TANH, new NodeSpec("sum", "sum", List.of("tanh", "tanh"), Map.of()));
    }

    /** A skip from the features to the output of the second layer, whose gradient the sum shares with the third. */
    static Network fromInput() {
        return of(
                3,
                FIRST,
                TANH,
                new NodeSpec("layer1", "dense", Map.of("units", 3)),
                new NodeSpec("inner", "sum", List.of("layer1", "input"), Map.of()),
                new NodeSpec("outer", "sum", List.of("inner", "layer1"), Map.of()),
                new NodeSpec("gelu", "gelu", Map.of()));
    }

    /** The same layers and parameters in a chain, each sum replaced by the identity on its last input. */
    static Network withoutSkip(Network network) {
        NodeSpec[] specs = network.specs().stream()
                .map(spec -> spec.op().equals("sum") ? new NodeSpec(spec.name(), "identity", Map.of()) : spec)
                .toArray(NodeSpec[]::new);
        return of(network.inputs(), specs).withParameters(network.parameters());
    }
}
