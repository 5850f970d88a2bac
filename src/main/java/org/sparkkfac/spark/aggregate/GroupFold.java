package org.sparkkfac.spark.aggregate;

import java.io.Serializable;
import java.util.Iterator;

/**
 * The work of one group's task: its blocks, in order, become one result.
 *
 * @param <T> the form in which the blocks come
 */
public interface GroupFold<T> extends Serializable {
    /** Folds the blocks of the group with this index. */
    GroupResult fold(int group, Iterator<T> blocks);
}
