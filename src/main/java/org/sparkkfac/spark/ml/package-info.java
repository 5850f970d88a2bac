/**
 * The networks of this library as stages of Spark ML: estimators that train them by natural-gradient steps, and models that
 * predict, for {@code Pipeline}, {@code CrossValidator} and {@code PipelineModel.load}.
 *
 * <p>{@link org.sparkkfac.spark.ml.KfacClassifier} and {@link org.sparkkfac.spark.ml.KfacRegressor} only say what is trained
 * on what; the work is that of {@link org.sparkkfac.train.Trainer}.
 */
@NullMarked
package org.sparkkfac.spark.ml;

import org.jspecify.annotations.NullMarked;
