/**
 * Versioned artefacts on any Hadoop file system.
 *
 * <p>Two layers. A <em>tensor file</em> is one safetensors file: {@link org.sparkkfac.io.Safetensors} streams {@link
 * org.sparkkfac.io.TensorSource}s into it and reads it back after checking everything that its header claims. An
 * <em>artefact</em> is a directory of tensor files which {@code manifest.json} commits: {@link
 * org.sparkkfac.io.ArtefactWriter} and {@link org.sparkkfac.io.ArtefactReader}.
 *
 * <p>The law: at every moment, whatever was killed or failed, a reader sees the artefact of before, whole, or the
 * artefact of after, whole, or a {@link org.sparkkfac.UserException} – never a mixture and never wrong bytes, because
 * the manifest is replaced in one step and carries length and SHA-256 of every file. Equal content gives equal bytes.
 *
 * <p>Its place: this room knows Hadoop's file systems and Jackson, not Spark, and prints nothing. A path that the user
 * can mend is a {@link org.sparkkfac.UserException}; a file system that fails is a {@link
 * org.sparkkfac.StorageException}.
 */
@NullMarked
package org.sparkkfac.io;

import org.jspecify.annotations.NullMarked;
