/**
 * What a training keeps: checkpoints and the figures of its steps.
 *
 * <p>Its place: above {@link org.sparkkfac.io.artefact} and {@link org.sparkkfac.io.manifest}; a checkpoint is an
 * artefact.
 */
@NullMarked
package org.sparkkfac.io.training;

import org.jspecify.annotations.NullMarked;
