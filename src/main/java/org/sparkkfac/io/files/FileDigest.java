package org.sparkkfac.io.files;

/**
 * What was written, for the manifest.
 *
 * @param length bytes
 * @param sha256 SHA-256 of the bytes, 64 lower-case hexadecimal digits
 */
public record FileDigest(long length, String sha256) {}
