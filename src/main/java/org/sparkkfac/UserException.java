package org.sparkkfac;

/**
 * Something that the user can mend: a wrong path, a bad row, a setting that does not fit the model. Exit code 2.
 *
 * <p>The message is one line that says what is wrong, where, and how to mend it.
 */
public final class UserException extends RuntimeException {
    public UserException(String message) {
        super(message);
    }

    public UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
