package org.sparkkfac.spark.rows;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;

/**
 * What the columns of a dataset mean.
 *
 * @param features one vector, array or numeric column, or several numeric ones in the order of the network's inputs
 * @param label likewise; empty where there are no labels
 * @param weight a numeric column of weights ≥ 0; without it every row weighs 1
 * @param id an integer or string column that names a row and keys its draws; without it a hash of the features does
 */
public record Columns(List<String> features, List<String> label, Optional<String> weight, Optional<String> id) {
    /** Copies the lists; rejects an empty list of features. */
    public Columns {
        features = List.copyOf(features);
        label = List.copyOf(label);
        if (features.isEmpty()) {
            throw new UserException("no feature column is named; name one or more", Component.FEATURES);
        }
    }

    /** A feature column and a label column, rows weighing 1. */
    public static Columns of(String features, String label) {
        return new Columns(List.of(features), List.of(label), Optional.empty(), Optional.empty());
    }

    /** A feature column alone. */
    public static Columns unlabelled(String features) {
        return new Columns(List.of(features), List.of(), Optional.empty(), Optional.empty());
    }

    /** The same with a weight column. */
    public Columns withWeight(String column) {
        return new Columns(features, label, Optional.of(column), id);
    }

    /** The same with an id column. */
    public Columns withId(String column) {
        return new Columns(features, label, weight, Optional.of(column));
    }
}
