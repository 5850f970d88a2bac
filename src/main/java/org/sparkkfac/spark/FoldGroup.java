package org.sparkkfac.spark;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsFold;
import org.sparkkfac.stats.StatisticsPlan;

/** The task of one group: rows → blocks → one state, in order; then its bytes. */
final class FoldGroup implements FlatMapFunction<Iterator<Example>, byte[]> {
    private static final long serialVersionUID = 1;

    private final Broadcast<byte[]> pass;
    private final Blas.Choice blas;
    private final boolean skipBadRows;
    private final LongAccumulator rows;

    FoldGroup(Broadcast<byte[]> pass, Blas.Choice blas, boolean skipBadRows, LongAccumulator rows) {
        this.pass = pass;
        this.blas = blas;
        this.skipBadRows = skipBadRows;
        this.rows = rows;
    }

    @Override
    public Iterator<byte[]> call(Iterator<Example> examples) {
        Blas.choose(blas);
        return List.of(fold(examples, PassMessage.decode(pass.value()))).iterator();
    }

    private byte[] fold(Iterator<Example> examples, PassMessage message) {
        Network model = message.network();
        StatisticsPlan statistics = message.plan();
        StatisticsFold fold = new StatisticsFold(model, statistics, message.bases());
        RowBlockBuilder builder = new RowBlockBuilder(statistics.precision(), model.inputs(), statistics.blockRows());
        SkippedRows skipped = new SkippedRows();
        long hashSum = 0;
        long drawSum = 0;
        boolean draws = statistics.fisher().type() == Fisher.Type.MONTE_CARLO;
        int labelLength = -1;
        while (examples.hasNext()) {
            Example example = examples.next();
            if (example.bad != null) {
                if (!skipBadRows || example.bad.isLast()) {
                    return GroupResult.encode(example.bad);
                }
                skipped.add(example.bad.sample(), example.bad.file());
                continue;
            }
            hashSum += example.hash;
            drawSum += draws ? RowHash.ofDraws(example.hash, example.id) : 0;
            int length = example.label == null ? 0 : example.label.length;
            if (length != labelLength && !builder.isEmpty()) {
                // Class indices after probabilities, or the reverse: each is a valid label, but not of one matrix.
                addLast(builder, fold);
            }
            labelLength = length;
            if (builder.add(example.features, example.label, example.weight, example.id)) {
                rows.add(statistics.blockRows());
                fold.add(builder.build());
            }
        }
        if (!builder.isEmpty()) {
            addLast(builder, fold);
        }
        return GroupResult.encode(fold.state(), hashSum, drawSum, skipped);
    }

    private void addLast(RowBlockBuilder builder, StatisticsFold fold) {
        RowBlock block = builder.build();
        rows.add(block.rows());
        fold.add(block);
    }
}
