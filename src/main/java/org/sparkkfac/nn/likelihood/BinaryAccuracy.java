package org.sparkkfac.nn.likelihood;

/** The share of outputs that are on the label's side of one half; a probability of one half counts as yes. */
record BinaryAccuracy() implements Score {
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
        int right = 0;
        for (int i = 0; i < f.length; i++) {
            right += (f[i] >= 0) == (label[i] >= 0.5) ? 1 : 0;
        }
        into[0] = (double) right / f.length;
    }

    @Override
    public double of(double[] means) {
        return means[0];
    }
}
