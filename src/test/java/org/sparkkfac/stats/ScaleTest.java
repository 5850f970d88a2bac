package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Scaling a sum is what weighting every row would have done. */
class ScaleTest {
    private static StatisticsState collect(StatisticKind kind, Network network, List<Row> rows) {
        StatisticsPlan plan = StatisticsPlan.of(Fisher.exact(), kind);
        return plan.collect(
                network, LocalPass.of(Precision.DOUBLE, Row.blocks(Precision.DOUBLE, network.inputs(), rows)));
    }

    @ParameterizedTest
    @EnumSource(StatisticKind.class)
    void aScaledStateIsThatOfRowsWithScaledWeights(StatisticKind kind) {
        Cases.each(3, random -> {
            Network network = random.chain("softmax", "tanh", 3, 4, 2);
            List<Row> rows = random.rows(network, 9);
            List<Row> lighter =
                    rows.stream().map(row -> row.withWeight(0.5 * row.weight())).toList();
            StatisticsState expected = collect(kind, network, lighter);
            StatisticsState scaled = collect(kind, network, rows);
            StatisticsState unscaled = collect(kind, network, rows);
            scaled.scale(0.5);

            assertThat(scaled.rows()).isEqualTo(9);
            assertThat(scaled.totalWeight()).isEqualTo(expected.totalWeight());
            Near.assertNear("loss", scaled.lossSum(), expected.lossSum(), 1e-15);
            Near.assertNear(
                    "gradient",
                    scaled.gradientSum().orElseThrow(),
                    expected.gradientSum().orElseThrow(),
                    1e-14);
            for (int i = 0; i < scaled.statistics(kind).size(); i++) {
                Statistic own = scaled.statistics(kind).get(i);
                Statistic before = unscaled.statistics(kind).get(i);
                expected.statistics(kind).get(i).sums().forEach((name, sum) -> {
                    // The factors' averages, and with them the basis, are the same up to rounding and sign.
                    if (name.contains("eigen")) {
                        Near.assertSameBits(
                                name, own.sums().get(name), before.sums().get(name));
                    } else {
                        Near.assertNear(name, own.sums().get(name), sum, 1e-12);
                        Near.assertFar("no scaling", before.sums().get(name), sum);
                    }
                });
            }
        });
    }

    @Test
    void aFactorOfOneChangesNoBit() {
        Network network = Cases.one().chain("gaussian", "relu", 3, 2);
        List<Row> rows = Cases.one().rows(network, 5);
        StatisticsState state = collect(StatisticKind.KRONECKER, network, rows);
        StatisticsState same = collect(StatisticKind.KRONECKER, network, rows);
        same.scale(1);
        Entries a = state.statistics(StatisticKind.KRONECKER).get(0).sums().get("activation_covariance");
        Near.assertSameBits(
                "A", same.statistics(StatisticKind.KRONECKER).get(0).sums().get("activation_covariance"), a);
    }
}
