package org.sparkkfac.archfixtures.nn;

import org.sparkkfac.archfixtures.linalg.UsesNn;

public record UsesLinalg(UsesNn allowedButACycle) {}
