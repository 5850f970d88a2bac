package org.sparkkfac.archfixtures.linalg;

import org.sparkkfac.archfixtures.nn.UsesLinalg;

public record UsesNn(UsesLinalg upward) {}
