/**
 * What the JSON files of artefacts say, as records.
 *
 * <p>Its place: below {@code io.artefact} and {@code io.training}, which write and read whole artefacts.
 */
@NullMarked
package org.sparkkfac.io.manifest;

import org.jspecify.annotations.NullMarked;
