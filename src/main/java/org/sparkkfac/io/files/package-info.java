/**
 * Files on any Hadoop file system: where they are, and how one is written whole or not at all.
 *
 * <p>{@link org.sparkkfac.io.files.Location} is a path with its file system, {@link org.sparkkfac.io.files.AtomicFile}
 * writes there, {@link org.sparkkfac.io.files.Json} is the text of artefacts, and {@link
 * org.sparkkfac.io.files.StorageErrors} says who can mend a failure: a {@link org.sparkkfac.UserException} or a {@link
 * org.sparkkfac.StorageException}.
 *
 * <p>The law: a reader sees the file of before or the file of after, never a part of one, and a failure leaves neither
 * bytes nor directories behind.
 *
 * <p>Its place: it uses no other room.
 */
@NullMarked
package org.sparkkfac.io.files;

import org.jspecify.annotations.NullMarked;
