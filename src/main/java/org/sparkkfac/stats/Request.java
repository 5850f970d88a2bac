package org.sparkkfac.stats;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.TapEngine;

/**
 * What is asked of the rows of a dataset in one pass, all of it at once; no row pays for a part that it is not in. What a
 * request costs is known from it alone.
 *
 * @param parts what is asked; none where the rows are only to be read and counted
 */
public record Request(List<Part<?>> parts) implements Serializable {
    /** Asks for nothing but that all rows be read. */
    public static final Request NOTHING = new Request(List.of());

    private static final long serialVersionUID = 1;

    /** Copies the list. */
    public Request {
        parts = List.copyOf(parts);
    }

    /** Loss, score and gradient, as a step of training asks for them. */
    public static Request gradient(Network network, Rows rows) {
        return of(Fit.of(rows), new Gradient(rows, network.layers()));
    }

    /** Loss and score at several parameters. */
    public static Request fits(Rows rows, List<ParameterVector> parameters) {
        return new Request(
                parameters.stream().<Part<?>>map(at -> new Fit(rows, at)).toList());
    }

    public static Request of(Part<?>... parts) {
        return new Request(List.of(parts));
    }

    /** The same with more parts. */
    public Request with(Part<?>... more) {
        return new Request(Stream.concat(parts.stream(), Stream.of(more)).toList());
    }

    /** The first part of a type, if there is one. */
    public <P> Optional<P> part(Class<P> type) {
        return parts.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Whether all rows must be gone through, and not only those of some kept blocks. */
    public boolean isOverAll() {
        return parts.isEmpty() || parts.stream().anyMatch(part -> part.rows() == Rows.ALL);
    }

    /** The kept blocks of which some rows are asked, unless it is {@linkplain #isOverAll over all}. */
    public Set<Integer> blocks() {
        Set<Integer> blocks = new TreeSet<>();
        for (Part<?> part : parts) {
            if (part.rows() instanceof RowSelection some) {
                blocks.addAll(some.blocks());
            }
        }
        return blocks;
    }

    /** Rows that go through the network, counted once for each part; all rows of a dataset count nothing. */
    public long rowsTouched() {
        return sum(part -> part.rowsTouched(this));
    }

    /** Bytes of the sums. */
    public long stateBytes(Network network) {
        return sum(part -> part.stateBytes(network));
    }

    /** Bytes that every task is sent: the network, and what it measures in or along. */
    public long messageBytes(Network network) {
        return LayerShape.bytes(network.layers()) + sum(part -> part.messageBytes(network));
    }

    /** Bytes that whoever asks holds meanwhile, beside the sums: the network, and what the tasks are sent was made from. */
    public long heldBytes(Network network) {
        return LayerShape.bytes(network.layers()) + sum(part -> part.heldBytes(network));
    }

    private long sum(ToLongFunction<Part<?>> figure) {
        return parts.stream().mapToLong(figure).sum();
    }

    /**
     * Bytes of a block of rows on its way: each row twice, since the next block fills while one is computed, and the values
     * and gradients of those that go through the network at once.
     */
    public long blockBytes(Network network, Precision precision, int blockRows) {
        long slice = Math.min(longestRange(), blockRows);
        long row = 2L * precision.bytes() * (network.inputs() + 1);
        long computed =
                TapEngine.bytesOfRow(network, fisher(), precision) + sum(part -> part.bytesOfRow(network, precision));
        return slice * computed + (blockRows - slice) * row;
    }

    /** The most rows that go through the network at once, as far as it is not the rows of a block. */
    private long longestRange() {
        if (isOverAll()) {
            return Integer.MAX_VALUE;
        }
        return parts.stream()
                .flatMap(part -> ((RowSelection) part.rows()).ranges().stream())
                .mapToLong(RowRange::count)
                .max()
                .orElse(0);
    }

    private Fisher fisher() {
        return parts.stream()
                .flatMap(part -> part.fisher().stream())
                .findFirst()
                .orElse(Fisher.empirical());
    }

    /** The Fisher matrix whose gradients go backward together with those at the labels, over all rows. */
    Optional<Fisher> fisherBesideLabels() {
        List<Part<?>> overAll = new ArrayList<>(parts);
        overAll.removeIf(part -> part.rows() != Rows.ALL);
        return overAll.stream().anyMatch(Part::isAtLabels)
                ? overAll.stream().flatMap(part -> part.fisher().stream()).findFirst()
                : Optional.empty();
    }

    /** As {@link #flopsOfRow(Network, double)}, where every part is over all rows. */
    public double flopsOfRow(Network network) {
        return flopsOfRow(network, 1);
    }

    /**
     * Floating-point operations of the matrix products for each of {@code rows} rows, of which a part may name some;
     * elementwise work is not counted.
     */
    public double flopsOfRow(Network network, double rows) {
        double forward = TapEngine.flopsOfRow(network, 0);
        double column = TapEngine.flopsOfRow(network, 1) - forward;
        double values = 0;
        double labels = 0;
        double flops = 0;
        for (Part<?> part : parts) {
            double share = share(part, rows);
            values = part.isAtNetwork() ? Math.max(values, share) : values;
            labels = part.isAtLabels() ? Math.max(labels, share) : labels;
            flops += share * part.flopsOfRow(network);
        }
        for (Part<?> part : parts) {
            double share = share(part, rows);
            Optional<Fisher> fisher = part.fisher();
            boolean isKnown = fisher.isPresent() && fisher.get().isAtLabels() && share == labels;
            flops += share
                    * column
                    * (isKnown
                            ? 0
                            : fisher.map(of -> of.columns(network.outputs())).orElse(0));
        }
        return flops + values * forward + labels * column;
    }

    private static double share(Part<?> part, double rows) {
        return part.rows() instanceof RowSelection some ? some.rows() / rows : 1;
    }
}
