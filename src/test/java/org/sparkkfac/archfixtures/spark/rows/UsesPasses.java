package org.sparkkfac.archfixtures.spark.rows;

import org.sparkkfac.archfixtures.spark.Pass;

record UsesPasses(Pass pass) {}
