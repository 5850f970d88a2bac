package org.sparkkfac.archfixtures.stats;

import org.apache.hadoop.fs.Path;

record TouchesHadoop(Path path) {}
