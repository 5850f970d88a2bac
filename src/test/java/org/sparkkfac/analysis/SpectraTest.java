package org.sparkkfac.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Figures against those of dense matrices, whose eigenvalues are all computed. */
class SpectraTest {
    private static StatisticsState statistics(Cases random) {
        Network network = random.chain("softmax", "tanh", 3, 4, 3);
        return StatisticsPlan.of(Fisher.exact(), StatisticKind.values())
                .collect(
                        network,
                        LocalPass.of(Precision.DOUBLE, Row.blocks(Precision.DOUBLE, 3, random.rows(network, 40))));
    }

    private static void assertNear(String what, SpectralSummary actual, DoubleMatrix dense) {
        double[] eigenvalues = SymmetricEigen.values(dense);
        assertThat(actual.dimension()).isEqualTo(dense.rows());
        Near.assertNear(what + ": trace", actual.trace(), dense.trace(), 1e-12);
        Near.assertNear(what + ": norm", actual.norm(), dense.norm(), 1e-12);
        double largest = eigenvalues[eigenvalues.length - 1];
        Near.assertNear(what + ": largest", actual.largest(), largest, 1e-12);
        assertThat(Math.abs(actual.smallest() - eigenvalues[0])).isLessThan(1e-13 * largest);
    }

    @Test
    void spectraOfStatisticsAreThoseOfTheDenseMatrices() {
        Cases.each(3, random -> {
            StatisticsState statistics = statistics(random);
            Map<String, SpectralSummary> found = new HashMap<>();
            Spectra.of(statistics, named -> found.put(named.layer() + " " + named.matrix(), named.spectrum()));
            assertThat(found).hasSize(2 * (3 + 1 + 1 + 1) + 1);
            Map<Structure, String> names = Map.of(
                    Structure.KRONECKER, Spectra.KRONECKER_PRODUCT,
                    Structure.DENSE, "exact_block",
                    Structure.DIAGONAL, "diagonal",
                    Structure.EIGEN_CORRECTED, "lambda_matrix",
                    Structure.FULL, "full");
            names.forEach((structure, name) -> {
                FisherBlocks blocks = FisherBlocks.of(statistics, structure);
                for (int i = 0; i < blocks.shapes().size(); i++) {
                    String key = blocks.shapes().get(i).name() + " " + name;
                    assertNear(key, found.get(key), blocks.block(i).toDense());
                }
            });
            assertNear(
                    "A",
                    found.get("layer1 activation_covariance"),
                    statistics.average(StatisticKind.KRONECKER, 1, "activation_covariance"));
        });
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void spectraOfPreconditionersAreThoseOfTheDampedMatrix(Method method) {
        Cases.each(3, random -> {
            Preconditioner preconditioner = Preconditioner.invert(
                    FisherBlocks.of(statistics(random), method.structure()), method, Damping.absolute(0.02), 1);
            List<NamedSpectrum> found = new ArrayList<>();
            Spectra.of(preconditioner, found::add);
            assertThat(found).hasSameSizeAs(preconditioner.layers());
            for (int l = 0; l < found.size(); l++) {
                SpectralSummary spectrum = found.get(l).spectrum();
                double[] inverse =
                        SymmetricEigen.values(preconditioner.layers().get(l).toDense());
                assertThat(spectrum.dimension()).isEqualTo(inverse.length);
                Near.assertNear("smallest", spectrum.smallest(), 1 / inverse[inverse.length - 1], 1e-10);
                Near.assertNear("largest", spectrum.largest(), 1 / inverse[0], 1e-10);
                Near.assertNear(
                        "condition", spectrum.conditionNumber(), inverse[inverse.length - 1] / inverse[0], 1e-10);
            }
        });
    }

    @Test
    void figuresOfKnownSpectra() {
        SpectralSummary flat = SpectralSummary.of(0, 2, 2, 2);
        assertThat(flat).isEqualTo(new SpectralSummary(4, 6, Math.sqrt(12), 0, 2));
        Near.assertNear("effective rank", flat.effectiveRank(), 3, 1e-15);
        assertThat(flat.traceOverLargest()).isEqualTo(3);
        assertThat(flat.conditionNumber()).isInfinite();
        assertThat(SpectralSummary.of(1, 4).conditionNumber()).isEqualTo(4);
        assertThat(SpectralSummary.of(-1e-17, 4).conditionNumber()).isInfinite();
        assertThat(SpectralSummary.of(1e-14, 4).conditionNumber()).isEqualTo(4 / 1e-14);
        SpectralSummary zero = SpectralSummary.of(0, 0);
        assertThat(zero.effectiveRank()).isZero();
        assertThat(zero.traceOverLargest()).isZero();
        assertThat(zero.conditionNumber()).isInfinite();
        assertThat(SpectralSummary.of().dimension()).isZero();
    }

    @Test
    void theIntrinsicDimensionIsNeverAboveTheEffectiveRankNorThatAboveTheDimension() {
        Cases.each(20, random -> {
            double[] values = random.normals(random.integer(1, 9));
            for (int i = 0; i < values.length; i++) {
                values[i] *= values[i];
            }
            SpectralSummary summary = SpectralSummary.of(values);
            assertThat(summary.traceOverLargest()).isBetween(1 - 1e-12, summary.effectiveRank() + 1e-12);
            assertThat(summary.effectiveRank()).isLessThan(values.length + 1e-12);
        });
    }
}
