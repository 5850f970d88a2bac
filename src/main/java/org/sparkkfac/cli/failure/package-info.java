/**
 * How a command ends that does not succeed: its exit code, and one line in the names that the user of the command line
 * has for what is wrong.
 *
 * <p>Its place: it knows no command.
 */
@NullMarked
package org.sparkkfac.cli.failure;

import org.jspecify.annotations.NullMarked;
