package org.sparkkfac.spark;

import java.util.Iterator;
import org.apache.spark.broadcast.Broadcast;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.GroupFold;
import org.sparkkfac.spark.aggregate.GroupResult;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.stats.StepFold;
import org.sparkkfac.stats.StepRequest;

/** Kept blocks → the answer to a training step's request; rows that it does not name are not even decoded. */
final class FoldStep implements GroupFold<byte[]> {
    private static final long serialVersionUID = 1;

    private final Broadcast<byte[][]> step;
    private final Blas.Choice blas;

    FoldStep(Broadcast<byte[][]> step, Blas.Choice blas) {
        this.step = step;
        this.blas = blas;
    }

    @Override
    public GroupResult fold(int task, Iterator<byte[]> parcels) {
        Blas.choose(blas);
        StepMessage message = StepMessage.decode(step.value());
        Network network = message.network();
        StepRequest request = message.request(network);
        StepFold fold = new StepFold(network, request, message.precision());
        for (int number = message.firstBlock(task); parcels.hasNext(); number++) {
            byte[] parcel = parcels.next();
            if (StepFold.wants(request, number)) {
                int block = number;
                fold.add(
                        number,
                        RowParcel.rows(parcel)
                                .orElseThrow(() -> new IllegalStateException("block " + block
                                        + " had rows when it was kept and has none now; train on data that stay as they"
                                        + " are")));
            }
        }
        return StepTotals.result(fold.sums());
    }
}
