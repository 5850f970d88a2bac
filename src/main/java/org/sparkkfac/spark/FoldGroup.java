package org.sparkkfac.spark;

import java.util.Iterator;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.spark.aggregate.GroupFold;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsFold;

/** Blocks → one state of statistics. */
final class FoldGroup implements GroupFold<RowParcel> {
    private static final long serialVersionUID = 1;

    private final Broadcast<byte[][]> pass;
    private final Blas.Choice blas;
    private final LongAccumulator rows;

    FoldGroup(Broadcast<byte[][]> pass, Blas.Choice blas, LongAccumulator rows) {
        this.pass = pass;
        this.blas = blas;
        this.rows = rows;
    }

    @Override
    public GroupResult fold(int group, Iterator<RowParcel> parcels) {
        Blas.choose(blas);
        PassMessage message = PassMessage.decode(pass.value());
        Network network = message.network();
        StatisticsFold fold = new StatisticsFold(network, message.plan(), message.bases());
        SkippedRows skipped = new SkippedRows();
        long hashSum = 0;
        long drawSum = 0;
        while (parcels.hasNext()) {
            RowParcel parcel = parcels.next();
            if (parcel.bad() != null) {
                return RowTotals.result(parcel.bad());
            }
            hashSum += parcel.hashSum();
            drawSum += parcel.drawSum();
            skipped.merge(parcel.skipped());
            RowBlock block = parcel.block();
            if (block != null) {
                rows.add(block.rows());
                fold.add(block);
            }
        }
        return GroupTotals.result(fold.state(), hashSum, drawSum, skipped);
    }
}
