package org.sparkkfac.archfixtures.io;

import org.apache.hadoop.mapred.JobConf;

record TouchesMapReduce(JobConf conf) {}
