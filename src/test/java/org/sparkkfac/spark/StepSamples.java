package org.sparkkfac.spark;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.LocalStepPass;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;
import org.sparkkfac.testing.Cases;

/**
 * Rows in so many partitions, a group each, for passes of training steps.
 *
 * @param rows in order
 * @param groups number of partitions
 */
record StepSamples(List<Samples> rows, int groups) {
    static StepSamples random(Cases cases, String likelihood, int count, int groups) {
        return new StepSamples(Samples.random(cases, likelihood, count), groups);
    }

    CollectOptions options(Precision precision) {
        return Samples.options(Fisher.exact()).withPrecision(precision).withGroups(groups);
    }

    Dataset<Row> dataset(SparkSession session) {
        var context = JavaSparkContext.fromSparkContext(session.sparkContext());
        return session.createDataFrame(
                context.parallelize(rows.stream().map(Samples::row).toList(), groups), Samples.SCHEMA);
    }

    /** The same rows in this process. */
    LocalStepPass local(Network network, Precision precision) {
        List<List<RowBlock>> blocks = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            List<Samples> some = rows.subList(g * rows.size() / groups, (g + 1) * rows.size() / groups);
            blocks.add(Samples.blocks(network, options(precision).plan(), some));
        }
        return new LocalStepPass(blocks, precision, false);
    }

    /** Every part at once, over all rows. */
    static StepRequest everything(Cases cases, Network network, RowSelection all) {
        List<StatisticKind> kinds = List.of(
                StatisticKind.KRONECKER,
                StatisticKind.EXACT_BLOCK,
                StatisticKind.DIAGONAL,
                StatisticKind.EIGEN_CORRECTED,
                StatisticKind.FULL);
        return StepRequest.gradient(all)
                .withStatistics(all, cases.fisher(), bases(cases, network), kinds)
                .withProducts(all, vectors(cases, network))
                .withLosses(all, vectors(cases, network));
    }

    /** Every part at once, over some rows each. */
    static StepRequest something(Cases cases, Network network, RowSelection all) {
        return everything(cases, network, all)
                .withProducts(some(cases, all), vectors(cases, network))
                .withLosses(some(cases, all), vectors(cases, network))
                .withStatistics(
                        some(cases, all),
                        cases.fisher(),
                        List.of(),
                        cases.chance(0.5) ? List.of(StatisticKind.KRONECKER) : List.of());
    }

    private static RowSelection some(Cases cases, RowSelection all) {
        List<RowRange> ranges = new ArrayList<>();
        for (RowRange range : all.ranges()) {
            if (cases.chance(0.3)) {
                int first = cases.integer(0, range.count() - 1);
                ranges.add(new RowRange(range.block(), first, cases.integer(0, range.count() - first)));
            }
        }
        return new RowSelection(ranges);
    }

    private static List<ParameterVector> vectors(Cases cases, Network network) {
        return List.of(cases.vector(network.layers(), 0.5), cases.vector(network.layers(), 0.5));
    }

    /** Orthonormal or not does not matter here. */
    private static List<EigenBasis> bases(Cases cases, Network network) {
        List<EigenBasis> bases = new ArrayList<>();
        for (LayerShape layer : network.layers()) {
            DoubleMatrix a = cases.matrix(layer.columns(), layer.columns());
            bases.add(EigenBasis.ofVectors(a, cases.matrix(layer.out(), layer.out())));
        }
        return bases;
    }

    static byte[] bytes(StepSums sums) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            sums.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
