package org.sparkkfac.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Gradient;
import org.sparkkfac.stats.Part;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;

/** What a step asks, and what it is answered. */
public final class Asked {
    private Asked() {}

    /** Rows of the gradient; none where it is not asked for. */
    public static RowSelection gradient(Request request) {
        return request.part(Gradient.class)
                .map(part -> (RowSelection) part.rows())
                .orElse(RowSelection.NONE);
    }

    /** Rows of losses at other parameters; none where they are not asked for. */
    public static RowSelection losses(Request request) {
        return elsewhere(request).stream()
                .findFirst()
                .map(part -> (RowSelection) part.rows())
                .orElse(RowSelection.NONE);
    }

    /** These parameters. */
    public static List<ParameterVector> trials(Request request) {
        return elsewhere(request).stream().map(Fit::parameters).toList();
    }

    private static List<Fit> elsewhere(Request request) {
        return request.parts().stream()
                .filter(part -> part instanceof Fit && !part.isAtNetwork())
                .map(Fit.class::cast)
                .toList();
    }

    /** The fits at other parameters. */
    public static List<Evaluation> trials(Request request, Sums sums) {
        List<Evaluation> found = new ArrayList<>();
        List<Evaluation> all = sums.all(Fit.class);
        int i = 0;
        for (Part<?> part : request.parts()) {
            if (part instanceof Fit fit) {
                if (!fit.isAtNetwork()) {
                    found.add(all.get(i));
                }
                i++;
            }
        }
        return found;
    }

    /** The weighted mean gradient of rows of which the fit was asked too. */
    public static ParameterVector meanGradient(Sums sums) {
        return sums.of(Gradient.class).mean(sums.of(Fit.class).weight());
    }

    public static byte[] bytes(Sums sums) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            sums.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
