package org.sparkkfac.train.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;

/**
 * Everything that training goes on from, to the same bits as if it had never stopped. A view of a run: what it holds
 * changes with the next step.
 *
 * @param progress counters, the position in the data and in the metrics
 * @param weights θ
 * @param before the parameters before the last step that an optimiser chose, once there is one
 * @param average the running average of the iterates, if there is one
 * @param choice which of these are the model, as it was when they were last evaluated
 * @param memory that of the optimiser
 */
public record TrainingState(
        TrainingCounters progress,
        ParameterVector weights,
        Optional<ParameterVector> before,
        Optional<ParameterVector> average,
        ModelChoice choice,
        OptimiserState memory) {
    /** What is left of a step that is taken back, before all of it is. */
    private static final double PART_LEFT = 0.125;

    private static final int MAGIC = 0x534b5452;
    private static final int VERSION = 3;

    /** Before the first step. */
    public static TrainingState start(ParameterVector weights) {
        return new TrainingState(
                TrainingCounters.START,
                weights,
                Optional.empty(),
                Optional.empty(),
                ModelChoice.LAST,
                OptimiserState.EMPTY);
    }

    /** The same with another choice of the model. */
    public TrainingState with(ModelChoice newChoice) {
        return new TrainingState(progress, weights, before, average, newChoice, memory);
    }

    /** The parameters of the model. */
    public ParameterVector model() {
        return switch (choice) {
            case LAST -> weights;
            case SHORTENED -> before.map(last -> shortened(last, weights)).orElse(weights);
            case BEFORE -> before.orElse(weights);
            case AVERAGE -> average.orElse(weights);
        };
    }

    /** Where an eighth of the way from some parameters to others leads. */
    public static ParameterVector shortened(ParameterVector before, ParameterVector after) {
        ParameterVector part = before.copy();
        part.scale(1 - PART_LEFT);
        part.add(PART_LEFT, after);
        return part;
    }

    /** Writes the state: magic, version, progress, vectors, memory. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeLong(progress.step());
        write(out, progress.cursor());
        out.writeLong(progress.rowsSeen());
        out.writeLong(progress.rowsTouched());
        out.writeLong(progress.jobs());
        out.writeDouble(progress.seconds());
        out.writeDouble(progress.bestLoss());
        out.writeLong(progress.checksSinceBest());
        out.writeLong(progress.targetChecked());
        out.writeInt(progress.consecutiveRejections());
        write(out, progress.unchecked().cursor());
        out.writeLong(progress.unchecked().rows());
        out.writeDouble(progress.unchecked().value());
        out.writeLong(progress.metricsPosition());
        MemoryBytes.write(out, weights);
        for (Optional<ParameterVector> vector : List.of(before, average)) {
            out.writeBoolean(vector.isPresent());
            if (vector.isPresent()) {
                MemoryBytes.write(out, vector.get());
            }
        }
        out.writeUTF(choice.name());
        MemoryBytes.write(out, memory);
    }

    /**
     * Reads what {@link #write} wrote for a network of the same layers.
     *
     * @throws IOException if the bytes are something else or of another version
     */
    public static TrainingState read(List<LayerShape> layers, DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("these bytes are not a training state");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("a training state of version " + version + "; this program reads " + VERSION);
        }
        TrainingCounters progress = new TrainingCounters(
                in.readLong(),
                readCursor(in),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readDouble(),
                in.readDouble(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                new PendingStep(readCursor(in), in.readLong(), in.readDouble()),
                in.readLong());
        ParameterVector weights = MemoryBytes.readVector(layers, in);
        Optional<ParameterVector> before = optional(layers, in);
        Optional<ParameterVector> average = optional(layers, in);
        ModelChoice choice = ModelChoice.valueOf(in.readUTF());
        return new TrainingState(progress, weights, before, average, choice, MemoryBytes.read(layers, in));
    }

    private static void write(DataOutput out, BatchCursor cursor) throws IOException {
        out.writeLong(cursor.epoch());
        out.writeInt(cursor.chunk());
        out.writeInt(cursor.row());
    }

    private static BatchCursor readCursor(DataInput in) throws IOException {
        return new BatchCursor(in.readLong(), in.readInt(), in.readInt());
    }

    private static Optional<ParameterVector> optional(List<LayerShape> layers, DataInput in) throws IOException {
        return in.readBoolean() ? Optional.of(MemoryBytes.readVector(layers, in)) : Optional.empty();
    }
}
