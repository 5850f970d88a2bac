/**
 * Versioned artefacts on any Hadoop file system: models, statistics, preconditioners, checkpoints.
 *
 * <p>An <em>artefact</em> is a directory of tensor files ({@link org.sparkkfac.io.tensors}) which {@code manifest.json}
 * commits: {@link org.sparkkfac.io.artefact.ArtefactWriter} and {@link org.sparkkfac.io.artefact.ArtefactReader}. Each kind of artefact
 * has a class that knows its tensors and its manifest.
 *
 * <p>The law: at every moment, whatever was killed or failed, a reader sees the artefact of before, whole, or the
 * artefact of after, whole, or a {@link org.sparkkfac.UserException} – never a mixture and never wrong bytes, because
 * the manifest is replaced in one step and carries length and SHA-256 of every file. Equal content gives equal bytes.
 *
 * <p>Its place: this room knows Hadoop's file systems and Jackson, not Spark, and prints nothing. Below it are {@link
 * org.sparkkfac.io.files} and {@link org.sparkkfac.io.tensors}, which know no artefact.
 */
@NullMarked
package org.sparkkfac.io.artefact;

import org.jspecify.annotations.NullMarked;
