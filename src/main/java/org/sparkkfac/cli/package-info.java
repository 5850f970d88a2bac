/**
 * The command line: commands, configuration, exit codes, logs and progress; puts the parts together.
 *
 * <p>Results go to stdout, logs and progress to stderr. This is the only package that prints or ends the process.
 */
@NullMarked
package org.sparkkfac.cli;

import org.jspecify.annotations.NullMarked;
