package org.sparkkfac.benchmark;

import java.util.Random;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;

/** Rows that nobody needs to download. */
final class Generated {
    private Generated() {}

    /** Uniform features in [0, 1] and uniform labels of so many numbers, or class indices for a length of 0. */
    static RowBlock block(Network network, int rows, int labelLength) {
        Random random = new Random(1);
        RowBlockBuilder builder = new RowBlockBuilder(Precision.DOUBLE, network.inputs(), rows);
        for (int b = 0; b < rows; b++) {
            double[] x = random.doubles(network.inputs()).toArray();
            double[] label = labelLength > 0
                    ? random.doubles(labelLength).toArray()
                    : new double[] {random.nextInt(network.outputs())};
            builder.add(x, label, 1, b);
        }
        return builder.build();
    }
}
