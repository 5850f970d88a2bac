/**
 * The configuration: one HOCON file, {@code --set key=value} over it, the defaults of {@code reference.conf} under it.
 *
 * <p>{@link org.sparkkfac.cli.config.KfacConfig} loads it and hands out one record for each section. Whatever is wrong
 * with it is a {@link org.sparkkfac.UserException} that names the key, where its value came from and what is allowed.
 */
@NullMarked
package org.sparkkfac.cli.config;

import org.jspecify.annotations.NullMarked;
