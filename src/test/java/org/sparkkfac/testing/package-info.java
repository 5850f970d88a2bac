/**
 * What the tests of several rooms share: {@link org.sparkkfac.testing.Near} compares numbers, {@link
 * org.sparkkfac.testing.Cases} makes random cases from a seed that it prints on failure, {@link
 * org.sparkkfac.testing.BruteForce} computes everything the slow way, {@link org.sparkkfac.testing.Golden} reads what an
 * independent program computed, {@link org.sparkkfac.testing.LocalSpark} starts Spark.
 */
package org.sparkkfac.testing;
