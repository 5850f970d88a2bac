/**
 * What a person sees while a command runs and after it: tables, progress, seconds of the stages, logs.
 *
 * <p>Results go to stdout, logs and progress to stderr; what moves is drawn only on a terminal and becomes a line in
 * the log elsewhere.
 *
 * <p>Its place: it knows no command and no option.
 */
@NullMarked
package org.sparkkfac.cli.console;

import org.jspecify.annotations.NullMarked;
