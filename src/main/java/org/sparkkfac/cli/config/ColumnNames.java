package org.sparkkfac.cli.config;

import java.util.List;

/** The columns that features or labels are read from. */
public sealed interface ColumnNames {
    /** The names of the columns, in the order of the vector that they make up. */
    List<String> names();

    /** One column, which may hold a vector, an array or a number. */
    record One(String name) implements ColumnNames {
        @Override
        public List<String> names() {
            return List.of(name);
        }
    }

    /** Numeric columns, each of which is one entry of the vector. */
    record Many(List<String> names) implements ColumnNames {
        public Many {
            names = List.copyOf(names);
        }
    }
}
