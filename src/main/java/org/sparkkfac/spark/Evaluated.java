package org.sparkkfac.spark;

import org.sparkkfac.nn.Assessment;
import org.sparkkfac.stats.SkippedRows;

/**
 * What came of an evaluation.
 *
 * @param assessment loss, score and classes, over the rows that could be used
 * @param skipped rows that were left out
 */
public record Evaluated(Assessment assessment, SkippedRows skipped) {}
