package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.testing.Cases;

final class NetworkTest {
    private static final Likelihood SOFTMAX = Cases.likelihood("softmax");

    private static NodeSpec dense(String name, Object units) {
        return new NodeSpec(name, "dense", Map.of("units", units));
    }

    private static NodeSpec tanh(String name, String... inputs) {
        return new NodeSpec(name, "tanh", List.of(inputs), Map.of());
    }

    private static void assertRefused(String message, NodeSpec... specs) {
        assertThatThrownBy(() -> Network.of(3, List.of(specs), SOFTMAX))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aChainKnowsItsShapes() {
        NodeSpec hidden = new NodeSpec("hidden", "dense", Map.of("units", 4, "bias", false));
        Network network = Network.of(3, List.of(hidden, tanh("act"), dense("output", 2)), SOFTMAX);
        assertThat(network.inputs()).isEqualTo(3);
        assertThat(network.outputs()).isEqualTo(2);
        assertThat(network.layers())
                .containsExactly(new LayerShape("hidden", 3, 4, false), new LayerShape("output", 4, 2, true));
        assertThat(network.parameters().norm()).isZero();
        assertThat(network).hasToString("3 → 4 tanh → 2, softmax");
    }

    @Test
    void descriptionsComeBackWithTheirConstantsInTheirOrder() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("units", 4);
        parameters.put("bias", false);
        List<NodeSpec> specs = List.of(
                new NodeSpec("first", "dense", List.of("input"), parameters),
                new NodeSpec("leaky", "leaky-relu", Map.of("slope", 0.2)),
                new NodeSpec("elu", "elu", List.of("leaky"), Map.of()),
                new NodeSpec("output", "dense", Map.of("units", 2)));
        Network network = Network.of(3, specs, SOFTMAX);
        List<NodeSpec> described = network.specs();
        assertThat(described).extracting(NodeSpec::inputs).allMatch(List::isEmpty);
        assertThat(described.get(0).parameters()).isEqualTo(parameters);
        assertThat(described.get(1).parameters()).isEqualTo(Map.of("slope", 0.2));
        assertThat(described.get(2).parameters()).isEqualTo(Map.of("alpha", 1.0));
        assertThat(described.get(3).parameters()).isEqualTo(Map.of("units", 2, "bias", true));
        assertThat(Network.of(3, described, SOFTMAX).specs()).isEqualTo(described);
        for (NodeSpec spec : List.of(described.get(0), described.get(3))) {
            assertThat(spec.parameters().keySet()).containsExactly("units", "bias");
        }
    }

    /** Immutable maps of the JDK iterate in an order that differs from process to process. */
    @Test
    void aDescriptionKeepsTheOrderOfItsConstants() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (String name : "zeta alpha mu beta omega kappa".split(" ")) {
            parameters.put(name, 1);
        }
        NodeSpec spec = new NodeSpec("node", "op", parameters);
        parameters.clear();
        assertThat(spec.parameters().keySet()).containsExactly("zeta", "alpha", "mu", "beta", "omega", "kappa");
        assertThatThrownBy(() -> spec.parameters().put("more", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void inputsThatAreNotTheNodeBeforeAreWrittenOut() {
        Network network = ResidualSum.fromInput();
        assertThat(network.specs().get(3).inputs()).containsExactly("layer1", "input");
        assertThat(network.specs().get(2).inputs()).isEmpty();
    }

    @Test
    void whatCannotBeMadeIsRefusedWithTheNodesName() {
        assertRefused(
                "node 'a': unknown op 'conv'; choose one of dense, identity", new NodeSpec("a", "conv", Map.of()));
        assertRefused("two nodes are named 'a'", dense("a", 2), dense("a", 2));
        assertRefused("node 'b': its input 'c' is not an earlier node", dense("a", 2), tanh("b", "c"), dense("c", 2));
        assertRefused("node 'b': its input 'b' is not an earlier node", dense("a", 2), tanh("b", "b"));
        assertRefused(
                "node 'dead' leads to no other; only the last node, 'out', may be the output",
                dense("a", 2),
                tanh("dead"),
                new NodeSpec("out", "tanh", List.of("a"), Map.of()));
        assertRefused("node 'b': op tanh takes 1 input(s), not 2", dense("a", 2), tanh("b", "a", "input"));
        assertRefused("the network has no layer with parameters; add a dense node", tanh("a"));
        assertRefused("the network has no layer with parameters; add a dense node");
        assertRefused("a node cannot be named 'input'", dense("input", 2));
        assertRefused("a node cannot be named ''", dense("", 2));
    }

    @Test
    void wrongConstantsAreRefusedWithTheNodesName() {
        assertRefused("node 'a': a dense layer needs units, a whole number ≥ 1", dense("a", 0));
        assertRefused("node 'a': a dense layer needs units, a whole number ≥ 1", dense("a", 2.5));
        assertRefused("node 'a': a dense layer needs units, a whole number ≥ 1", dense("a", "two"));
        assertRefused("node 'a': a dense layer needs units", new NodeSpec("a", "dense", Map.of()));
        assertRefused(
                "node 'a': bias must be true or false", new NodeSpec("a", "dense", Map.of("units", 2, "bias", "yes")));
        assertRefused(
                "node 'a': a dense layer has no 'unit'", new NodeSpec("a", "dense", Map.of("units", 2, "unit", 3)));
        assertRefused(
                "node 'b': activation 'tanh' has no constant 'slope'",
                dense("a", 2),
                new NodeSpec("b", "tanh", Map.of("slope", 0.1)));
        assertRefused(
                "node 'b': slope must be a number",
                dense("a", 2),
                new NodeSpec("b", "leaky-relu", Map.of("slope", "steep")));
        assertThatThrownBy(() -> Network.of(0, List.of(dense("a", 2)), SOFTMAX))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("at least one input");
    }

    @Test
    void parametersOfAnotherNetworkAreRefused() {
        Network network = Network.of(3, List.of(dense("a", 2)), SOFTMAX);
        ParameterVector other = ParameterVector.zeros(List.of(new LayerShape("b", 3, 2, true)));
        assertThatThrownBy(() -> network.withParameters(other)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fisherTypesKnowTheirColumnsAndNames() {
        assertThat(Fisher.exact().columns(7)).isEqualTo(7);
        assertThat(Fisher.monteCarlo(3, 1).columns(7)).isEqualTo(3);
        assertThat(Fisher.empirical().columns(7)).isEqualTo(1);
        assertThat(Fisher.monteCarlo(3, 1).type()).hasToString("monte-carlo");
        assertThatThrownBy(() -> Fisher.monteCarlo(0, 1))
                .isInstanceOf(UserException.class)
                .hasMessage("draws of a row: must be at least 1, not 0");
    }
}
