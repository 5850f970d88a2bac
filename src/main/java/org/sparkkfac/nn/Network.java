package org.sparkkfac.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * A network with its parameters and its likelihood; immutable, except that the matrices of its parameters are shared.
 *
 * <p>Nodes stand in topological order, each an operation on earlier nodes or on the features; the last one is the
 * output.
 */
public final class Network implements Serializable {
    private static final long serialVersionUID = 1;

    /** The name by which a node takes the features. */
    public static final String INPUT = "input";

    /** A node, its inputs as indices of earlier nodes (−1: the features), and the index of its layer or −1. */
    record Node(String name, Operation operation, List<Integer> inputs, int outputs, int layer) {}

    private final int inputs;
    private final List<Node> nodes;
    private final List<LayerShape> layers;
    private final Likelihood likelihood;
    private final ParameterVector parameters;

    private Network(
            int inputs, List<Node> nodes, List<LayerShape> layers, Likelihood likelihood, ParameterVector parameters) {
        this.inputs = inputs;
        this.nodes = nodes;
        this.layers = layers;
        this.likelihood = likelihood;
        this.parameters = parameters;
    }

    /**
     * A network with all parameters zero.
     *
     * @throws UserException if a node cannot be made, names an input that does not stand before it, or leads nowhere
     */
    public static Network of(int inputs, List<NodeSpec> specs, Likelihood likelihood) {
        if (inputs < 1) {
            throw new UserException("a network needs at least one input, not " + inputs);
        }
        List<Node> nodes = new ArrayList<>();
        List<LayerShape> layers = new ArrayList<>();
        Map<String, Integer> byName = new HashMap<>();
        byName.put(INPUT, -1);
        for (NodeSpec spec : specs) {
            Node node = node(spec, Operations.create(spec), inputs, nodes, byName, layers);
            if (byName.put(spec.name(), nodes.size()) != null) {
                throw new UserException("two nodes are named '" + spec.name() + "'; names must differ");
            }
            nodes.add(node);
        }
        return assemble(inputs, nodes, layers, likelihood);
    }

    /** As {@link #of}, from operations that no {@code model.json} names. */
    static Network ofOperations(int inputs, List<NodeSpec> specs, List<Operation> operations, Likelihood likelihood) {
        List<Node> nodes = new ArrayList<>();
        List<LayerShape> layers = new ArrayList<>();
        Map<String, Integer> byName = new HashMap<>();
        byName.put(INPUT, -1);
        for (int i = 0; i < specs.size(); i++) {
            nodes.add(node(specs.get(i), operations.get(i), inputs, nodes, byName, layers));
            byName.put(specs.get(i).name(), i);
        }
        return assemble(inputs, nodes, layers, likelihood);
    }

    private static Network assemble(int inputs, List<Node> nodes, List<LayerShape> layers, Likelihood likelihood) {
        if (layers.isEmpty()) {
            throw new UserException("the network has no layer with parameters; add a dense node");
        }
        for (int i = 0; i < nodes.size() - 1; i++) {
            int index = i;
            if (nodes.stream().noneMatch(node -> node.inputs().contains(index))) {
                throw new UserException("node '" + nodes.get(i).name() + "' leads to no other; only the last node, '"
                        + nodes.get(nodes.size() - 1).name() + "', may be the output");
            }
        }
        return new Network(inputs, List.copyOf(nodes), List.copyOf(layers), likelihood, ParameterVector.zeros(layers));
    }

    private static Node node(
            NodeSpec spec,
            Operation operation,
            int features,
            List<Node> before,
            Map<String, Integer> byName,
            List<LayerShape> layers) {
        List<Integer> from = inputIndices(spec, before, byName);
        if (from.size() != operation.arity()) {
            throw new UserException("node '" + spec.name() + "': op " + spec.op() + " takes " + operation.arity()
                    + " input(s), not " + from.size());
        }
        List<Integer> sizes = from.stream()
                .map(i -> i < 0 ? features : before.get(i).outputs())
                .toList();
        Optional<LayerShape> layer = operation.layer(spec.name(), sizes);
        layer.ifPresent(shape -> {
            requireArray(shape);
            layers.add(shape);
        });
        return new Node(
                spec.name(), operation, from, operation.outputs(sizes), layer.isPresent() ? layers.size() - 1 : -1);
    }

    /** A matrix is one Java array, of less than 2³¹ entries; one column is reserved for padding. */
    private static void requireArray(LayerShape shape) {
        if (shape.parameters() + shape.out() > Integer.MAX_VALUE - 8) {
            throw new UserException("node '" + shape.name() + "': " + shape.out() + " × " + shape.columns()
                    + " weights are more than one matrix can hold, which is 2147483639; make the layer smaller");
        }
    }

    private static List<Integer> inputIndices(NodeSpec spec, List<Node> before, Map<String, Integer> byName) {
        if (spec.name().isEmpty() || spec.name().equals(INPUT)) {
            throw new UserException("a node cannot be named '" + spec.name() + "'");
        }
        if (spec.inputs().isEmpty()) {
            return List.of(before.size() - 1);
        }
        List<Integer> indices = new ArrayList<>();
        for (String name : spec.inputs()) {
            Integer index = byName.get(name);
            if (index == null) {
                throw new UserException("node '" + spec.name() + "': its input '" + name
                        + "' is not an earlier node; nodes stand in the order in which they are computed");
            }
            indices.add(index);
        }
        return indices;
    }

    /**
     * The same network with other parameters, which are not copied.
     *
     * @throws IllegalArgumentException if the layers differ
     */
    public Network withParameters(ParameterVector newParameters) {
        if (!newParameters.layers().equals(layers)) {
            throw new IllegalArgumentException(
                    "the parameters are of " + newParameters.layers() + ", the network of " + layers);
        }
        return new Network(inputs, nodes, layers, likelihood, newParameters);
    }

    /** Number of features. */
    public int inputs() {
        return inputs;
    }

    /** Number of outputs of the last node. */
    public int outputs() {
        return nodes.get(nodes.size() - 1).outputs();
    }

    /** The shapes of the layers with parameters, in order. */
    public List<LayerShape> layers() {
        return layers;
    }

    public Likelihood likelihood() {
        return likelihood;
    }

    public ParameterVector parameters() {
        return parameters;
    }

    /** The nodes as {@code model.json} describes them, inputs written out where they are not the node before. */
    public List<NodeSpec> specs() {
        List<NodeSpec> specs = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            List<String> names = node.inputs().equals(List.of(i - 1))
                    ? List.of()
                    : node.inputs().stream()
                            .map(k -> k < 0 ? INPUT : nodes.get(k).name())
                            .toList();
            specs.add(new NodeSpec(
                    node.name(), node.operation().op(), names, node.operation().parameters()));
        }
        return specs;
    }

    List<Node> nodes() {
        return nodes;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(inputs);
        nodes.forEach(node -> text.append(
                node.layer() >= 0
                        ? " → " + node.outputs()
                        : " " + node.operation().op()));
        return text.append(", ").append(likelihood.type()).toString();
    }

    private Object writeReplace() {
        return new Form(
                inputs,
                new ArrayList<>(specs()),
                likelihood.type(),
                new HashMap<>(likelihood.parameters()),
                parameters);
    }

    /** The serialised form: the network as it is described. */
    private record Form(
            int inputs,
            ArrayList<NodeSpec> specs,
            String likelihood,
            HashMap<String, Double> likelihoodParameters,
            ParameterVector parameters)
            implements Serializable {
        private Object readResolve() {
            return Network.of(inputs, specs, Likelihoods.create(likelihood, likelihoodParameters))
                    .withParameters(parameters);
        }
    }
}
