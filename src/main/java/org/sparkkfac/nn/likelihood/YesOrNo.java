package org.sparkkfac.nn.likelihood;

/** One output, the log-odds of class 1 against class 0; a probability of one half counts as yes. */
record YesOrNo() implements ClassRule {
    @Override
    public int classes() {
        return 2;
    }

    @Override
    public int predicted(double[] f) {
        return f[0] >= 0 ? 1 : 0;
    }

    @Override
    public int labelled(double[] label) {
        return label[0] >= 0.5 ? 1 : 0;
    }
}
