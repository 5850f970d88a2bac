package org.sparkkfac.archfixtures.stats;

import org.apache.spark.SparkConf;

record TouchesSpark(SparkConf conf) {}
