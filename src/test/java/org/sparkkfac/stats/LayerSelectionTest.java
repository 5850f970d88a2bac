package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Statistics of some layers are those of the same layers among all. */
final class LayerSelectionTest {
    private static final StatisticsPlan ALL =
            new StatisticsPlan(List.of(StatisticKind.values()), Fisher.exact(), Precision.DOUBLE, 1024);

    private final Cases random = Cases.one();
    private final Network network = random.chain("softmax", "tanh", 3, 4, 5, 3);
    private final List<Row> rows = random.rows(network, 9);

    private StatisticsState collect(StatisticsPlan plan) {
        return plan.collect(
                network, LocalPass.of(Precision.DOUBLE, Row.blocks(Precision.DOUBLE, network.inputs(), rows)));
    }

    @Test
    void aMiddleLayerAloneIsThatLayerAmongAll() {
        LayerShape middle = network.layers().get(1);
        StatisticsState all = collect(ALL);
        StatisticsState some = collect(ALL.withLayers(middle.name()));
        assertThat(some.layers()).containsExactly(middle);
        assertThat(some.rows()).isEqualTo(9);
        Near.assertNear("loss", some.lossSum(), all.lossSum(), 1e-15);
        Near.assertNear(
                "gradient",
                some.gradientSum().orElseThrow().block(0),
                all.gradientSum().orElseThrow().block(1),
                1e-15);
        Near.assertFar(
                "the gradient of another layer",
                some.gradientSum().orElseThrow().block(0).norm(),
                all.gradientSum().orElseThrow().block(0).norm());
        for (StatisticKind kind : List.of(StatisticKind.KRONECKER, StatisticKind.EXACT_BLOCK, StatisticKind.DIAGONAL)) {
            all.statistics(kind)
                    .get(1)
                    .sums()
                    .forEach((name, sum) -> Near.assertNear(
                            name, some.statistics(kind).get(0).sums().get(name), sum, 1e-15));
        }
        Near.assertNear(
                "full of one layer is its exact block",
                some.statistics(StatisticKind.FULL).get(0).sums().get(FullMatrix.FULL),
                all.statistics(StatisticKind.EXACT_BLOCK).get(1).sums().get(ExactBlock.EXACT_BLOCK),
                1e-13);
    }

    @Test
    void layersComeInTheNetworksOrderWhateverTheOrderOfTheNames() {
        List<LayerShape> layers = network.layers();
        assertThat(ALL.withLayers(layers.get(2).name(), layers.get(0).name()).select(layers))
                .containsExactly(layers.get(0), layers.get(2));
        assertThat(ALL.withLayers(layers.get(0).name()).request(network).stateBytes(network))
                .isLessThan(ALL.request(network).stateBytes(network) / 2);
    }

    @Test
    void aNameThatFitsNoLayerIsRefused() {
        assertThatThrownBy(() -> collect(ALL.withLayers("conv*")))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("no layer is called 'conv*'; there are ");
    }
}
