package org.sparkkfac.archfixtures.stats;

import dev.ludovic.netlib.blas.BLAS;

record TouchesNetlib(BLAS blas) {}
