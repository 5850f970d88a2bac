package org.sparkkfac.nn;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Score;

/**
 * Loss and {@link Score} of some rows as weighted sums, which are divided when they are read. Mutable and owned by whoever
 * made it; empty is an identity, and merging any split gives the whole.
 */
public final class Evaluation {
    private final Likelihood likelihood;
    private final Score score;
    private final double[] terms;
    private final int outputs;
    private long rows;
    private double weight;
    private double loss;

    /** The empty sum for the outputs of a network. */
    public Evaluation(Network network) {
        likelihood = network.likelihood();
        score = likelihood.score();
        outputs = network.outputs();
        terms = new double[score.terms(outputs)];
    }

    /**
     * Adds the rows of a block, whose outputs are given.
     *
     * @throws UserException if the rows have no labels
     */
    void add(RowBlock block, Matrix values) {
        DoubleMatrix labels = block.labels();
        if (labels == null && block.rows() > 0) {
            throw new UserException("training and evaluation need labels; name their columns", Component.LABEL);
        }
        rows += block.rows();
        double[] f = new double[outputs];
        double[] mean = new double[f.length];
        double[] label = new double[labels == null ? 0 : labels.rows()];
        double[] ofRow = new double[terms.length];
        for (int b = 0; labels != null && b < block.rows(); b++) {
            double w = block.weight(b);
            if (w == 0) {
                continue; // adds nothing, even where its loss is infinite
            }
            values.getColumn(b, f);
            likelihood.mean(f, mean);
            labels.getColumn(b, label);
            weight += w;
            loss += w * likelihood.loss(f, mean, label);
            score.terms(f, label, ofRow);
            for (int i = 0; i < terms.length; i++) {
                terms[i] += w * ofRow[i];
            }
        }
    }

    /** Adds the sums of other rows. */
    public void merge(Evaluation other) {
        rows += other.rows;
        weight += other.weight;
        loss += other.loss;
        for (int i = 0; i < terms.length; i++) {
            terms[i] += other.terms[i];
        }
    }

    /** Writes the sums. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(rows);
        out.writeDouble(weight);
        out.writeDouble(loss);
        DoubleBytes.write(out, terms, terms.length);
    }

    /** Adds what {@link #write} wrote of one for the same network. */
    public void add(DataInput in) throws IOException {
        rows += in.readLong();
        weight += in.readDouble();
        loss += in.readDouble();
        double[] others = new double[terms.length];
        DoubleBytes.read(in, others, others.length);
        for (int i = 0; i < terms.length; i++) {
            terms[i] += others[i];
        }
    }

    public long rows() {
        return rows;
    }

    /** Sum of the rows' weights. */
    public double weight() {
        return weight;
    }

    /** Weighted mean loss; NaN without weight. */
    public double meanLoss() {
        return loss / weight;
    }

    /** {@code accuracy} or {@code r2}. */
    public String scoreName() {
        return score.name();
    }

    /** The figure of merit; NaN where it does not exist. */
    public double score() {
        return score.of(means());
    }

    /** Further figures by their names, such as {@code rmse}. */
    public Map<String, Double> further() {
        return score.further(means(), outputs);
    }

    private double[] means() {
        double[] means = terms.clone();
        for (int i = 0; i < means.length; i++) {
            means[i] /= weight;
        }
        return means;
    }
}
