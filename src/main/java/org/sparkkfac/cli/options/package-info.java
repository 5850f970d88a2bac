/**
 * The options that several commands share, and the rows, file systems and master that options and configuration together
 * name.
 *
 * <p>Its place: it knows no command.
 */
@NullMarked
package org.sparkkfac.cli.options;

import org.jspecify.annotations.NullMarked;
