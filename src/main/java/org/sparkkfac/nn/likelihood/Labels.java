package org.sparkkfac.nn.likelihood;

import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/** Checks that several likelihoods share. */
final class Labels {
    private Labels() {}

    /** Requires one number an output, each accepted by {@code valid}. */
    static @Nullable String oneAnOutput(double[] label, int outputs, DoublePredicate valid, String requirement) {
        if (label.length != outputs) {
            return "label has " + label.length + " number(s) but the network has " + outputs + " output(s)";
        }
        for (double value : label) {
            if (!valid.test(value)) {
                return "label " + value + " must be " + requirement;
            }
        }
        return null;
    }
}
