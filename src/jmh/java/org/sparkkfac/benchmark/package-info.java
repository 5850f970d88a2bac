/**
 * What spark-kfac costs, measured: {@code jobs/benchmark <name>}.
 *
 * <p>Each benchmark prints one line of JSON a case on stdout, and a table and all else on stderr. Operations are those of
 * matrix products alone: {@code n(n+1)k} for a symmetric product, {@code 2nmk} for any other. Peers and the gemm peak are
 * measured in the same run. The classes whose names end in {@code Kernel} are for JMH.
 */
@NullMarked
package org.sparkkfac.benchmark;

import org.jspecify.annotations.NullMarked;
