package org.sparkkfac.nn.likelihood;

/** The share of rows whose most probable class is the label, or the label's most probable class. */
record ClassAccuracy() implements Score {
    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public int terms(int outputs) {
        return 1;
    }

    @Override
    public void terms(double[] f, double[] label, double[] into) {
        int expected = label.length == 1 ? (int) label[0] : largest(label);
        into[0] = largest(f) == expected ? 1 : 0;
    }

    @Override
    public double of(double[] means) {
        return means[0];
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
