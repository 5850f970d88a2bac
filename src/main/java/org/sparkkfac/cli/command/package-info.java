/**
 * The commands: each reads its settings, calls one method of {@link org.sparkkfac.spark.SparkKfac}, and prints what came of
 * it. {@link org.sparkkfac.cli.command.Commands} lists them; configuration, rows, model, BLAS and session are read by {@link
 * org.sparkkfac.cli.command.ConfiguredCommand}.
 */
@NullMarked
package org.sparkkfac.cli.command;

import org.jspecify.annotations.NullMarked;
