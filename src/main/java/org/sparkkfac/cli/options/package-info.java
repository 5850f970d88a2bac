/**
 * What several commands are told in the same words: the options that they share, and the rows, the file systems and the
 * master that options and configuration together name.
 *
 * <p>Its place: it knows no command.
 */
@NullMarked
package org.sparkkfac.cli.options;

import org.jspecify.annotations.NullMarked;
