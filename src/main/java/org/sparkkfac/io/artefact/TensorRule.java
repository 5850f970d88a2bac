package org.sparkkfac.io.artefact;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sparkkfac.io.tensors.DenseTensor;

/** What must hold of the tensors of a file, known by the file's name; and of all of them that they are finite. */
enum TensorRule {
    /** Symmetric, with no negative entry on the diagonal. */
    COVARIANCE(List.of(
            "activation_covariance",
            "gradient_covariance",
            "exact_block",
            "full",
            "activation_inverse",
            "gradient_inverse")) {
        @Override
        Optional<String> problem(int n, int columns, double[] values) {
            for (int i = 0; i < n; i++) {
                double diagonal = values[i * columns + i];
                if (diagonal < 0) {
                    return Optional.of("entry " + at(i, i) + " on its diagonal is " + diagonal + ", below zero");
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    double lower = values[i * columns + j];
                    double upper = values[j * columns + i];
                    double scale = Math.sqrt(values[i * columns + i] * values[j * columns + j]);
                    if (Math.abs(lower - upper) > TOLERANCE * Math.max(scale, Math.abs(lower))) {
                        return Optional.of("is not symmetric: entry " + at(i, j) + " is " + lower + " but " + at(j, i)
                                + " is " + upper);
                    }
                }
            }
            return Optional.empty();
        }
    },
    /** No negative entry. */
    NON_NEGATIVE(List.of("diagonal", "lambda_matrix", "eigenvalues", "diagonal_inverse")) {
        @Override
        Optional<String> problem(int n, int columns, double[] values) {
            for (int k = 0; k < values.length; k++) {
                if (values[k] < 0) {
                    return Optional.of("entry " + at(k / columns, k % columns) + " is " + values[k] + ", below zero");
                }
            }
            return Optional.empty();
        }
    },
    /** Lower triangular, with a positive diagonal. */
    CHOLESKY(List.of("exact_cholesky", "full_cholesky")) {
        @Override
        Optional<String> problem(int n, int columns, double[] values) {
            for (int i = 0; i < n; i++) {
                if (!(values[i * columns + i] > 0)) {
                    return Optional.of("entry " + at(i, i) + " on its diagonal is not above zero");
                }
                for (int j = i + 1; j < columns; j++) {
                    if (values[i * columns + j] != 0) {
                        return Optional.of("is not lower triangular: entry " + at(i, j) + " is not zero");
                    }
                }
            }
            return Optional.empty();
        }
    },
    /** Nothing but finite. */
    ANY(List.of()) {
        @Override
        Optional<String> problem(int n, int columns, double[] values) {
            return Optional.empty();
        }
    };

    private static final double TOLERANCE = 1e-12;

    private final List<String> files;

    TensorRule(List<String> files) {
        this.files = files;
    }

    /** The rule for the tensors of a file, given its name in an artefact. */
    static TensorRule ofFile(String name) {
        for (TensorRule rule : values()) {
            if (rule.files.contains(name)) {
                return rule;
            }
        }
        return ANY;
    }

    /** What is wrong with a tensor, if anything. */
    Optional<String> problem(DenseTensor tensor) {
        double[] values = tensor.values();
        int columns = tensor.shape().rank() == 2 ? (int) tensor.shape().extent(1) : 1;
        for (int k = 0; k < values.length; k++) {
            if (!Double.isFinite(values[k])) {
                return Optional.of("entry " + at(k / columns, k % columns) + " is " + values[k]);
            }
        }
        int rows = columns == 0 ? 0 : values.length / columns;
        if (this != ANY && this != NON_NEGATIVE && rows != columns) {
            return Optional.of("is " + rows + " × " + columns + " but should be square");
        }
        return problem(rows, columns, values);
    }

    abstract Optional<String> problem(int n, int columns, double[] values);

    private static String at(int row, int column) {
        return String.format(Locale.ROOT, "(%d, %d)", row, column);
    }
}
