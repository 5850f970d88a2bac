package org.sparkkfac.io.artefact;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
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
        Optional<String> problem(DenseTensor s) {
            for (int i = 0; i < s.rows(); i++) {
                if (s.get(i, i) < 0) {
                    return Optional.of("entry " + at(i, i) + " on its diagonal is " + s.get(i, i) + ", below zero");
                }
            }
            for (int i = 0; i < s.rows(); i++) {
                for (int j = 0; j < i; j++) {
                    double scale = Math.max(Math.sqrt(s.get(i, i) * s.get(j, j)), Math.abs(s.get(i, j)));
                    if (Math.abs(s.get(i, j) - s.get(j, i)) > TOLERANCE * scale) {
                        return Optional.of("is not symmetric: entry " + at(i, j) + " is " + s.get(i, j) + " but "
                                + at(j, i) + " is " + s.get(j, i));
                    }
                }
            }
            return Optional.empty();
        }
    },
    /** No negative entry. */
    NON_NEGATIVE(List.of("diagonal", "lambda_matrix", "eigenvalues", "diagonal_inverse")) {
        @Override
        Optional<String> problem(DenseTensor tensor) {
            return first(tensor, value -> value < 0).map(what -> what + ", below zero");
        }
    },
    /** Lower triangular, with a positive diagonal. */
    CHOLESKY(List.of("exact_cholesky", "full_cholesky")) {
        @Override
        Optional<String> problem(DenseTensor l) {
            for (int i = 0; i < l.rows(); i++) {
                if (!(l.get(i, i) > 0)) {
                    return Optional.of("entry " + at(i, i) + " on its diagonal is not above zero");
                }
                for (int j = i + 1; j < l.columns(); j++) {
                    if (l.get(i, j) != 0) {
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
        Optional<String> problem(DenseTensor tensor) {
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
        return Arrays.stream(values())
                .filter(rule -> rule.files.contains(name))
                .findFirst()
                .orElse(ANY);
    }

    /** What is wrong with a finite tensor, square where the rule is of matrices. */
    abstract Optional<String> problem(DenseTensor tensor);

    /** What is wrong with a tensor, if anything. */
    Optional<String> check(DenseTensor tensor) {
        Optional<String> infinite = first(tensor, value -> !Double.isFinite(value));
        if (infinite.isPresent()) {
            return infinite;
        }
        int columns = columns(tensor);
        int rows = columns == 0 ? 0 : tensor.values().length / columns;
        return this != ANY && this != NON_NEGATIVE && (rows != columns || tensor.rank() != 2)
                ? Optional.of("is " + rows + " × " + columns + " but should be square")
                : problem(tensor);
    }

    private static Optional<String> first(DenseTensor tensor, DoublePredicate wrong) {
        double[] values = tensor.values();
        for (int k = 0; k < values.length; k++) {
            if (wrong.test(values[k])) {
                int columns = columns(tensor);
                return Optional.of("entry " + at(k / columns, k % columns) + " is " + values[k]);
            }
        }
        return Optional.empty();
    }

    private static int columns(DenseTensor tensor) {
        return tensor.rank() == 2 ? tensor.columns() : 1;
    }

    private static String at(int row, int column) {
        return "(" + row + ", " + column + ")";
    }
}
