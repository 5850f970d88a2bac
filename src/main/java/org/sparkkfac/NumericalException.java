package org.sparkkfac;

/**
 * Finite input led to a result that does not exist in floating point: a singular factor, an indefinite downdate, an
 * overflow. Exit code 3.
 *
 * <p>The message is one line that names the layer, the number that failed and what would help. Subtypes carry the
 * number itself.
 */
public class NumericalException extends RuntimeException {
    public NumericalException(String message) {
        super(message);
    }
}
