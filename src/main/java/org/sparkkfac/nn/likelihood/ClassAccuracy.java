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
        ClassRule rule = new LargestOutput(f.length);
        into[0] = rule.predicted(f) == rule.labelled(label) ? 1 : 0;
    }

    @Override
    public double of(double[] means) {
        return means[0];
    }
}
