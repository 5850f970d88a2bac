package org.sparkkfac.nn;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.likelihood.ClassRule;

/**
 * How well a network does on some rows: an {@link Evaluation}, and, where rows are of one of C classes, the weight of the
 * rows of each class that were taken for each. Mutable and owned by whoever made it; empty is an identity, and merging any
 * split gives the whole.
 */
public final class Assessment {
    private final Evaluation fit;
    private final Optional<ClassRule> rule;
    private final double[] confusion;

    /** The empty sum for the outputs of a network. */
    public Assessment(Network network) {
        fit = new Evaluation(network);
        rule = network.likelihood().classes(network.outputs());
        int classes = rule.map(ClassRule::classes).orElse(0);
        confusion = new double[Math.multiplyExact(classes, classes)];
    }

    /** Adds the rows of a block, whose outputs are given. */
    void add(RowBlock block, Matrix outputs) {
        fit.add(block, outputs);
        DoubleMatrix labels = block.labels();
        if (labels == null || rule.isEmpty()) {
            return;
        }
        ClassRule known = rule.get();
        double[] f = new double[outputs.rows()];
        double[] label = new double[labels.rows()];
        for (int b = 0; b < block.rows(); b++) {
            outputs.getColumn(b, f);
            labels.getColumn(b, label);
            confusion[known.labelled(label) * known.classes() + known.predicted(f)] += block.weight(b);
        }
    }

    /** Adds the sums of other rows. */
    public void merge(Assessment other) {
        fit.merge(other.fit);
        for (int i = 0; i < confusion.length; i++) {
            confusion[i] += other.confusion[i];
        }
    }

    /** Writes the sums. */
    public void write(DataOutput out) throws IOException {
        fit.write(out);
        DoubleBytes.write(out, confusion, confusion.length);
    }

    /** Adds what {@link #write} wrote of one for the same network. */
    public void add(DataInput in) throws IOException {
        fit.add(in);
        double[] others = new double[confusion.length];
        DoubleBytes.read(in, others, others.length);
        for (int i = 0; i < others.length; i++) {
            confusion[i] += others[i];
        }
    }

    /** Loss and score; shared. */
    public Evaluation fit() {
        return fit;
    }

    /** Number of classes, or 0 where rows are of no single class. */
    public int classes() {
        return rule.map(ClassRule::classes).orElse(0);
    }

    /** The weight of the rows of one class that were taken for another, or for the same. */
    public double confusion(int labelled, int predicted) {
        return confusion[labelled * classes() + predicted];
    }

    /** The weight of the rows of a class. */
    public double labelled(int c) {
        double sum = 0;
        for (int predicted = 0; predicted < classes(); predicted++) {
            sum += confusion(c, predicted);
        }
        return sum;
    }

    /** The weight of the rows that were taken for a class. */
    public double predicted(int c) {
        double sum = 0;
        for (int labelled = 0; labelled < classes(); labelled++) {
            sum += confusion(labelled, c);
        }
        return sum;
    }

    /** The share of the rows taken for a class that are of it; NaN if none was. */
    public double precision(int c) {
        return confusion(c, c) / predicted(c);
    }

    /** The share of the rows of a class that were taken for it; NaN if there are none. */
    public double recall(int c) {
        return confusion(c, c) / labelled(c);
    }
}
