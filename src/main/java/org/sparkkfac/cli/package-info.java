/**
 * The command line: {@link org.sparkkfac.cli.Main} puts the parts together.
 *
 * <p>{@link org.sparkkfac.cli.command} holds the commands, {@link org.sparkkfac.cli.config} the configuration, {@link
 * org.sparkkfac.cli.options} the options that commands share, {@link org.sparkkfac.cli.text} what they print, {@link
 * org.sparkkfac.cli.console} tables, progress, logs and signals, {@link org.sparkkfac.cli.plan} what a job would take, {@link
 * org.sparkkfac.cli.failure} exit codes and errors.
 *
 * <p>Results go to stdout, logs and progress to stderr. This is the only room that prints or ends the process.
 */
@NullMarked
package org.sparkkfac.cli;

import org.jspecify.annotations.NullMarked;
