package org.sparkkfac.cli.config;

import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;

/** How statistics are inverted. */
public record PreconditionSettings(Method method, Damping damping) {}
