package org.sparkkfac.nn;

import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.likelihood.Likelihood;

/**
 * Gradients of −log p with respect to the outputs, from which gradients go backward, with the sums of weights and losses.
 * Each column is scaled by √w of its row.
 *
 * @param seeds outputs × B·{@link Fisher#gradientColumns}: the B columns at the data's labels, if these are asked for, then
 *     k·B for the Fisher matrix; those of the empirical Fisher are the ones at the labels
 * @param weight sum of the rows' weights
 * @param loss weighted sum of the losses; 0 without labels
 */
record OutputGradients(Matrix seeds, double weight, double loss) {
    /** Those of the rows of a block with the given outputs, outputs × B; labels are looked at where they are not null. */
    static OutputGradients of(
            RowBlock block,
            @Nullable DoubleMatrix labels,
            Matrix outputs,
            Likelihood likelihood,
            Fisher fisher,
            Workspace workspace) {
        int batch = block.rows();
        int width = outputs.rows();
        Matrix seeds = workspace.take(width, batch * fisher.gradientColumns(width, labels != null));
        CounterRandom random = new CounterRandom(fisher.seed());
        double[] f = new double[width];
        double[] mean = new double[width];
        double[] label = new double[labels == null ? 0 : labels.rows()];
        double[] gradient = new double[width];
        double[][] columns = new double[fisher.isAtLabels() ? 0 : fisher.columns(width)][width];
        int first = labels == null ? 0 : 1;
        double weight = 0;
        double loss = 0;
        for (int b = 0; b < batch; b++) {
            double w = block.weight(b);
            double root = Math.sqrt(w);
            if (w == 0) { // its gradients are zero, even where its loss is infinite
                clear(seeds, b, batch);
                continue;
            }
            outputs.getColumn(b, f);
            likelihood.mean(f, mean);
            weight += w;
            if (labels != null) {
                labels.getColumn(b, label);
                loss += w * likelihood.loss(f, mean, label);
                likelihood.gradient(mean, label, gradient);
                setScaled(seeds, b, gradient, root);
            }
            if (columns.length > 0) {
                fisher.gradients(likelihood, f, mean, random, block.id(b), columns);
            }
            for (int c = 0; c < columns.length; c++) {
                setScaled(seeds, (first + c) * batch + b, columns[c], root / Math.sqrt(fisher.draws()));
            }
        }
        return new OutputGradients(seeds, weight, loss);
    }

    private static void clear(Matrix seeds, int row, int batch) {
        for (int k = row; k < seeds.columns(); k += batch) {
            seeds.columns(k, 1).fill(0);
        }
    }

    /** Overwrites {@code gradient}. */
    private static void setScaled(Matrix seeds, int column, double[] gradient, double scale) {
        if (scale != 1) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= scale;
            }
        }
        seeds.setColumn(column, gradient);
    }
}
