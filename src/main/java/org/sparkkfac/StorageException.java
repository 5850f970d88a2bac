package org.sparkkfac;

/**
 * The cluster or the file system failed for reasons outside the input: a lost executor, a time-out, a full disk. Exit
 * code 4.
 */
public final class StorageException extends RuntimeException {
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
