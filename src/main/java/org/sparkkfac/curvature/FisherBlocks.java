package org.sparkkfac.curvature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.Statistic;
import org.sparkkfac.stats.StatisticsState;

/**
 * The Fisher blocks of all layers, made one at a time from sums over rows: the one place where these are divided by the
 * total weight.
 */
public final class FisherBlocks {
    private final StatisticsState statistics;
    private final Structure structure;

    private FisherBlocks(StatisticsState statistics, Structure structure) {
        this.statistics = statistics;
        this.structure = structure;
    }

    /**
     * The blocks in one structure.
     *
     * @throws UserException if the statistic that it averages was not collected, or there are no weighted rows
     */
    public static FisherBlocks of(StatisticsState statistics, Structure structure) {
        if (!statistics.kinds().contains(structure.statistic())) {
            throw new UserException(
                    "the statistic '" + structure.statistic() + "' is needed but only " + statistics.kinds()
                            + " was collected; add it to the kinds of statistics and collect again, or choose another"
                            + " method",
                    Component.STATISTICS_KINDS,
                    Component.METHOD);
        }
        if (!(statistics.totalWeight() > 0)) {
            throw new UserException("the statistics hold no rows with a positive weight; collect some first");
        }
        return new FisherBlocks(statistics, structure);
    }

    /** Shapes of the layers, in order. */
    public List<LayerShape> layers() {
        return statistics.layers();
    }

    /** Shapes of the blocks: those of the layers, or a single one, 1 × P, where one block covers all layers. */
    public List<LayerShape> shapes() {
        return structure.shapes(layers());
    }

    /** One block, made anew. */
    public FisherBlock block(int index) {
        return structure.block(statistics, index, shapes().get(index));
    }

    /** Bytes of what {@link #write} writes of one block, but for a few. */
    public static long bytes(Structure structure, LayerShape block) {
        return structure.statistic().bytes(List.of(block))
                + (structure.hasBases() ? EigenBasis.bytes(List.of(block)) : 0);
    }

    /** Writes the sums of one block, for {@link #read}. */
    public void write(int index, DataOutput out) throws IOException {
        List<LayerShape> own = structure.layers(layers(), index);
        out.writeInt(own.size());
        for (LayerShape layer : own) {
            out.writeUTF(layer.name());
            out.writeInt(layer.in());
            out.writeInt(layer.out());
            out.writeBoolean(layer.bias());
        }
        out.writeDouble(statistics.totalWeight());
        Statistic sum = statistics.statistics(structure.statistic()).get(index);
        if (sum instanceof EigenCorrection correction) {
            DoubleBytes.write(out, correction.basis().activationVectors());
            DoubleBytes.write(out, correction.basis().gradientVectors());
        }
        for (DoubleMatrix part : sum.parts()) {
            DoubleBytes.write(out, part);
        }
    }

    /** The block that was written, as the only one. */
    public static FisherBlocks read(Structure structure, DataInput in) throws IOException {
        List<LayerShape> layers = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            layers.add(new LayerShape(in.readUTF(), in.readInt(), in.readInt(), in.readBoolean()));
        }
        double weight = in.readDouble();
        List<EigenBasis> bases = new ArrayList<>();
        if (structure.hasBases()) {
            LayerShape layer = layers.get(0);
            DoubleMatrix a = DoubleMatrix.zeros(layer.columns(), layer.columns());
            DoubleMatrix g = DoubleMatrix.zeros(layer.out(), layer.out());
            DoubleBytes.read(in, a);
            DoubleBytes.read(in, g);
            bases.add(EigenBasis.ofVectors(a, g));
        }
        List<Statistic> sums = structure.statistic().empty(layers, bases);
        for (DoubleMatrix part : sums.get(0).parts()) {
            DoubleBytes.read(in, part);
        }
        return of(
                StatisticsState.restored(layers, Map.of(structure.statistic(), sums), Optional.empty(), 0, weight, 0),
                structure);
    }
}
