package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.nn.Taps;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** The law of every statistic: empty is an identity, any split merges to the whole, bytes and sums come back. */
abstract class StatisticContractTest {
    private final StatisticKind kind;

    StatisticContractTest(StatisticKind kind) {
        this.kind = kind;
    }

    private static double tolerance(Precision precision) {
        return precision == Precision.DOUBLE ? 1e-13 : 1e-5;
    }

    /** Where the kind measures, if it needs to know. */
    List<EigenBasis> bases(List<LayerShape> layers) {
        return List.of();
    }

    /** Whether what is kept under this name is a sum over rows. */
    boolean isSum(String name) {
        return true;
    }

    /** Taps of a network of two layers, in blocks of the given sizes. */
    private record Part(List<LayerShape> layers, List<Taps> taps) {
        static Part of(Cases random, Precision precision, int rows, int... sizes) {
            Network network = random.chain("softmax", "tanh", 3, 4, 3);
            List<Row> data = random.rows(network, rows);
            Fisher fisher = random.fisher();
            List<Taps> taps = new ArrayList<>();
            for (RowBlock block : Row.blocks(precision, network.inputs(), data, sizes)) {
                taps.add(new TapEngine(network, fisher, precision).taps(block));
            }
            return new Part(network.layers(), taps);
        }
    }

    /** The statistic of the last layer, or of all. */
    private Statistic empty(List<LayerShape> layers) {
        List<Statistic> statistics = kind.empty(layers, bases(layers));
        return statistics.get(statistics.size() - 1);
    }

    private static void add(Statistic sum, Taps taps) {
        sum.add(taps, taps.layers().size() - 1);
    }

    private Statistic sum(List<LayerShape> layers, List<Taps> taps) {
        Statistic sum = empty(layers);
        taps.forEach(part -> add(sum, part));
        return sum;
    }

    private static void assertNear(Statistic actual, Statistic expected, double tolerance) {
        assertThat(actual.sums().keySet()).isEqualTo(expected.sums().keySet());
        expected.sums()
                .forEach((name, sum) -> Near.assertNear(name, actual.sums().get(name), sum, tolerance));
    }

    private static void assertSameBits(Statistic actual, Statistic expected) {
        assertThat(actual.sums().keySet()).isEqualTo(expected.sums().keySet());
        expected.sums()
                .forEach((name, sum) -> Near.assertSameBits(name, actual.sums().get(name), sum));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void emptyIsAnIdentityOnBothSides(Precision precision) {
        Cases.each(5, random -> {
            Part part = Part.of(random, precision, 6);
            Statistic whole = sum(part.layers(), part.taps());
            Statistic right = sum(part.layers(), part.taps());
            right.merge(empty(part.layers()));
            assertSameBits(right, whole);
            Statistic left = empty(part.layers());
            left.merge(whole);
            assertSameBits(left, whole);
            Statistic nothing = empty(part.layers());
            nothing.merge(empty(part.layers()));
            nothing.sums().forEach((name, sum) -> {
                if (isSum(name)) {
                    Near.assertNear("nothing", sum, DoubleMatrix.zeros(sum.rows(), sum.columns()), 0);
                }
            });
        });
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void mergingAnySplitGivesTheWhole(Precision precision) {
        Cases.each(10, random -> {
            int rows = random.integer(1, 20);
            int parts = random.integer(2, 5);
            // One tap a row, so that a part is any list of rows; the same taps in one part are the whole.
            int[] single = new int[rows];
            Arrays.fill(single, 1);
            Part part = Part.of(random, precision, rows, single);
            Statistic whole = sum(part.layers(), part.taps());
            Statistic merged = empty(part.layers());
            Statistic withoutFirst = empty(part.layers());
            int next = 0;
            for (int size : random.split(rows, parts)) {
                Statistic one = sum(part.layers(), part.taps().subList(next, next + size));
                merged.merge(one);
                if (next > 0) {
                    withoutFirst.merge(one);
                }
                next += size;
            }
            assertNear(merged, whole, tolerance(precision));
            if (rows > 1) {
                String name = whole.sums().keySet().iterator().next();
                Near.assertFar(
                        "a part lost",
                        withoutFirst.sums().get(name),
                        whole.sums().get(name));
            }
        });
    }

    @Test
    void aBlockOfNoRowsAddsNothing() {
        Cases.each(5, random -> {
            Part part = Part.of(random, Precision.DOUBLE, 4, 4, 0);
            assertSameBits(
                    sum(part.layers(), part.taps()),
                    sum(part.layers(), part.taps().subList(0, 1)));
        });
    }

    @Test
    void mergingLeavesTheOtherAlone() {
        Part part = Part.of(Cases.one(), Precision.DOUBLE, 6, 3, 3);
        Statistic other = sum(part.layers(), part.taps().subList(1, 2));
        sum(part.layers(), part.taps()).merge(other);
        assertSameBits(other, sum(part.layers(), part.taps().subList(1, 2)));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void addingPartsUpIsMergingAndTheyTakeTheBytesThatTheKindSays(Precision precision) {
        Part part = Part.of(Cases.one(), precision, 7, 3, 4);
        Statistic first = sum(part.layers(), part.taps().subList(0, 1));
        Statistic second = sum(part.layers(), part.taps().subList(1, 2));
        Statistic merged = sum(part.layers(), part.taps().subList(0, 1));
        merged.merge(second);
        for (int k = 0; k < first.parts().size(); k++) {
            first.parts().get(k).add(1, second.parts().get(k));
        }
        assertSameBits(first, merged);
        long bytes = kind.empty(part.layers(), bases(part.layers())).stream()
                .flatMap(statistic -> statistic.parts().stream())
                .mapToLong(matrix -> (long) Double.BYTES * matrix.rows() * matrix.columns())
                .sum();
        assertThat(bytes).isEqualTo(kind.bytes(part.layers()));
    }

    @Test
    void sumsComeBackBitForBit() {
        Part part = Part.of(Cases.one(), Precision.DOUBLE, 7);
        Statistic whole = sum(part.layers(), part.taps());
        Statistic restored = sum(part.layers(), part.taps());
        restored.restore(whole.sums());
        assertSameBits(restored, whole);
        add(restored, part.taps().get(0)); // must not write through to what it was restored from
        assertSameBits(whole, sum(part.layers(), part.taps()));
        Statistic twice = sum(part.layers(), part.taps());
        add(twice, part.taps().get(0));
        assertNear(restored, twice, 1e-15);
    }

    @Test
    void sumsOfOtherShapesAreRefused() {
        Part part = Part.of(Cases.one(), Precision.DOUBLE, 2);
        Statistic whole = sum(part.layers(), part.taps());
        String name = whole.sums().keySet().iterator().next();
        Map<String, Entries> wrong = new TreeMap<>(whole.sums());
        wrong.put(name, DoubleMatrix.zeros(1, 2));
        assertThatThrownBy(() -> empty(part.layers()).restore(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " is 1 × 2 but must be ");
        wrong.remove(name);
        assertThatThrownBy(() -> empty(part.layers()).restore(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " is missing");
        List<LayerShape> other = List.of(new LayerShape("other", 7, 2, true));
        assertThatThrownBy(() -> empty(other).merge(whole)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAndKeysAreThoseOfTheSums() {
        Part part = Part.of(Cases.one(), Precision.DOUBLE, 2);
        assertThat(empty(part.layers()).sums().keySet()).containsExactlyElementsOf(kind.names());
        assertThat(kind.empty(part.layers())).hasSameSizeAs(kind.keys(part.layers()));
    }
}
