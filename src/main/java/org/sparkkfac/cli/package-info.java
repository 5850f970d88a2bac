/**
 * The command line: one class for each command, and the exit codes; puts the parts together.
 *
 * <p>What commands share is below: {@link org.sparkkfac.cli.config} the configuration, {@link
 * org.sparkkfac.cli.options} the options, {@link org.sparkkfac.cli.console} tables, progress and logs, {@link
 * org.sparkkfac.cli.plan} what a job would take.
 *
 * <p>Results go to stdout, logs and progress to stderr. This is the only package that prints or ends the process.
 */
@NullMarked
package org.sparkkfac.cli;

import org.jspecify.annotations.NullMarked;
