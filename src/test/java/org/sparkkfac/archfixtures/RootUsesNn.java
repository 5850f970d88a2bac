package org.sparkkfac.archfixtures;

import org.sparkkfac.archfixtures.nn.UsesLinalg;

record RootUsesNn(UsesLinalg room) {}
