package org.sparkkfac.archfixtures.spark.rows;

import org.sparkkfac.archfixtures.spark.aggregate.Sum;

record UsesAggregate(Sum sum) {}
