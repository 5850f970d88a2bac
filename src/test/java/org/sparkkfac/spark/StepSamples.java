package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.stats.Confusion;
import org.sparkkfac.stats.FisherProducts;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.Part;
import org.sparkkfac.stats.PassContract;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

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

    /** Other rows, in so many partitions. */
    static Dataset<Row> dataset(List<org.sparkkfac.testing.Row> rows, int groups) {
        SparkSession session = LocalSpark.shared();
        List<Row> all = rows.stream()
                .map(row ->
                        RowFactory.create(Samples.boxed(row.x()), Samples.boxed(row.label()), row.weight(), row.id()))
                .toList();
        var context = JavaSparkContext.fromSparkContext(session.sparkContext());
        return session.createDataFrame(context.parallelize(all, groups), Samples.SCHEMA);
    }

    static CollectOptions options(Precision precision, int groups, int blockRows) {
        return Samples.options(Fisher.exact())
                .withPrecision(precision)
                .withGroups(groups)
                .withBlockRows(blockRows);
    }

    /** The same rows in this process. */
    LocalPass local(Network network, Precision precision) {
        List<List<RowBlock>> blocks = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            List<Samples> some = rows.subList(g * rows.size() / groups, (g + 1) * rows.size() / groups);
            blocks.add(Samples.blocks(network, options(precision).plan(), some));
        }
        return new LocalPass(blocks, precision, false);
    }

    /** Every part at once, over some rows each. */
    static Request something(Cases cases, Network network, RowSelection all) {
        List<StatisticKind> kinds = cases.chance(0.5) ? List.of(StatisticKind.KRONECKER) : List.of();
        return Request.gradient(network, all)
                .with(
                        new Statistics(some(cases, all), kinds, network.layers(), cases.fisher(), List.of()),
                        new FisherProducts(some(cases, all), PassContract.vectors(cases, network)),
                        new Confusion(some(cases, all)))
                .with(Request.fits(some(cases, all), PassContract.vectors(cases, network))
                        .parts()
                        .toArray(Part<?>[]::new));
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
}
