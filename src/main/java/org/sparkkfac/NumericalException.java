package org.sparkkfac;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finite input led to a result that does not exist in floating point: a singular factor, an indefinite downdate, an
 * overflow. Exit code 3.
 *
 * <p>The message is one line that names the layer, the number that failed and what would help. Subtypes carry the
 * number itself.
 */
public class NumericalException extends RuntimeException {
    private final List<Component> mends;

    /** A failure, and the components that mend it. */
    public NumericalException(String message, Component... mends) {
        this(message, null, mends);
    }

    /** As {@link #NumericalException(String, Component...)}, for a reason. */
    public NumericalException(String message, @Nullable Throwable cause, Component... mends) {
        super(message, cause);
        this.mends = List.of(mends);
    }

    /** The components that mend it. */
    public List<Component> mends() {
        return mends;
    }
}
