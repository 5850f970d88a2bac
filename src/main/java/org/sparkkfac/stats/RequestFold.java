package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowSlices;

/** Answers a request for the blocks of one group: give them to it in order. */
public final class RequestFold {
    /** From the front of a block, a range before those within it, so that they find its values. */
    private static final Comparator<Visited> ORDER = Comparator.<Visited>comparingInt(
                    visited -> visited.range().first())
            .thenComparingInt(visited -> -visited.range().count());

    private final Request request;
    private final Sums sums;
    private final BlockVisit visit;

    /** A range of a block that a part is about. */
    private record Visited(int part, RowRange range) {}

    /**
     * A fold at the network's parameters.
     *
     * @param precision of the blocks
     */
    public RequestFold(Network network, Request request, Precision precision) {
        this.request = request;
        this.sums = new Sums(network, request);
        this.visit = new BlockVisit(network, precision, request.fisherBesideLabels());
    }

    /** Adds what is asked of the rows of a block. */
    public void add(int number, RowSlices block) {
        List<Visited> ranges = new ArrayList<>();
        for (int i = 0; i < request.parts().size(); i++) {
            for (RowRange range : request.parts().get(i).rows().of(number, block.rows())) {
                ranges.add(new Visited(i, range));
            }
        }
        ranges.sort(ORDER);
        visit.begin(block);
        for (Visited visited : ranges) {
            visit.moveTo(visited.range(), request.parts().get(visited.part()).rows() == Rows.ALL);
            sums.fold(visited.part(), visit);
        }
    }

    /** The sums so far; shared, not a copy. */
    public Sums sums() {
        return sums;
    }
}
