package org.sparkkfac.nn.likelihood;

/** One of C classes, an output for each. */
record LargestOutput(int classes) implements ClassRule {
    @Override
    public int predicted(double[] f) {
        return largest(f);
    }

    @Override
    public int labelled(double[] label) {
        return label.length == 1 ? (int) label[0] : largest(label);
    }

    /** The first of the largest entries. */
    private static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
