package org.sparkkfac.nn.likelihood;

/** The classes that outputs predict and labels name, where a row is of one of several classes. */
public interface ClassRule {
    /** Number of classes C. */
    int classes();

    /** The most probable class 0 … C−1 for the outputs f of a row; the first of several. */
    int predicted(double[] f);

    /** The class that a label names, or to which it gives the most probability. */
    int labelled(double[] label);
}
