package org.sparkkfac.precondition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Golden;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Solves, with and without a downdate, against those of an independent program. */
final class GoldenSolvesTest {
    /** Not among the methods yet. */
    private static final Set<String> LATER = Set.of("full", "eigen-corrected");

    static Stream<String> names() {
        return Golden.names().stream();
    }

    private static Map<Fisher.Type, StatisticsState> statistics(Golden golden) {
        Map<Fisher.Type, StatisticsState> statistics = new EnumMap<>(Fisher.Type.class);
        for (Fisher fisher : List.of(Fisher.exact(), Fisher.empirical())) {
            statistics.put(fisher.type(), Row.collect(golden.network(), fisher, golden.rows()));
        }
        return statistics;
    }

    private static Preconditioner preconditioner(JsonNode solve, Map<Fisher.Type, StatisticsState> statistics) {
        Fisher.Type type = Fisher.Type.valueOf(solve.get("fisher").asText().toUpperCase(Locale.ROOT));
        Method method = Method.valueOf(solve.get("method").asText().toUpperCase(Locale.ROOT));
        JsonNode damping = solve.get("damping");
        return Inverting.invert(
                statistics.get(type),
                method,
                damping.has("absolute")
                        ? Damping.absolute(damping.get("absolute").asDouble())
                        : Damping.relative(damping.get("relative").asDouble()),
                1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void solutionsAndRefusalsAreThoseOfTheIndependentProgram(String name) {
        Golden golden = Golden.read(name);
        Map<Fisher.Type, StatisticsState> statistics = statistics(golden);
        int plain = 0;
        int downdated = 0;
        for (JsonNode solve : golden.solves()) {
            // Downdates of rank two are for later as well.
            if (LATER.contains(solve.get("method").asText())
                    || solve.get("downdate").size() > 1) {
                continue;
            }
            Preconditioner preconditioner = preconditioner(solve, statistics);
            String where = name + ", " + solve.get("fisher") + ", " + solve.get("method") + ", " + solve.get("damping");
            for (LayerInverse inverse : preconditioner.layers()) {
                double expected =
                        solve.get("layer_damping").get(inverse.layer().name()).asDouble();
                Near.assertNear(where + " damping", inverse.damping(), expected, 1e-12);
            }
            ParameterVector d = golden.namedVector(solve.get("vector").asText());
            if (solve.get("downdate").isEmpty()) {
                Near.assertNear(where, preconditioner.apply(d), golden.vector(solve.get("solution")), 1e-11);
                plain++;
            } else {
                downdate(where, golden, solve, preconditioner, d);
                downdated++;
            }
        }
        assertThat(plain).isEqualTo(16);
        assertThat(downdated).isEqualTo(16);
    }

    private static void downdate(
            String where, Golden golden, JsonNode solve, Preconditioner preconditioner, ParameterVector d) {
        JsonNode by = solve.get("downdate").get(0);
        ParameterVector g = golden.namedVector(by.get("vector").asText());
        double weight = by.get("weight").asDouble();
        double gap = solve.get("gap").asDouble();
        if (solve.get("solution").isNull()) {
            assertThatThrownBy(() -> preconditioner.downdate(g, weight))
                    .isInstanceOfSatisfying(
                            IndefiniteDowndateException.class,
                            refusal -> Near.assertNear(where + " gap", refusal.margin(), gap, 1e-10));
        } else {
            Downdate downdate = preconditioner.downdate(g, weight);
            Near.assertNear(where + " gap", downdate.margin(), gap, 1e-10);
            Near.assertNear(where, downdate.apply(d), golden.vector(solve.get("solution")), 1e-10);
        }
    }
}
