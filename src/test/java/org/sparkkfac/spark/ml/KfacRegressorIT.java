package org.sparkkfac.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.UserException;
import org.sparkkfac.testing.Near;

/** The regressor among Spark's own stages. */
final class KfacRegressorIT {
    @TempDir
    private Path directory;

    @Test
    void penguinsAreWeighedThroughAPipelineThatIsSavedAndLoaded() throws Exception {
        Dataset<Row> training = MlData.most(MlData.penguins()).cache();
        Dataset<Row> test = MlData.others(MlData.penguins()).cache();
        RegressionEvaluator r2 = new RegressionEvaluator().setMetricName("r2").setLabelCol("body_mass_kg");
        PipelineModel model = pipeline(regressor().setRegParam(0.01)).fit(training);
        Dataset<Row> predicted = model.transform(test);
        double ours = r2.evaluate(predicted);
        double linear = r2.evaluate(
                pipeline(new LinearRegression().setFeaturesCol("features").setLabelCol("body_mass_kg"))
                        .fit(training)
                        .transform(test));
        System.out.printf("held-out R²: KfacRegressor %s, LinearRegression %s%n", ours, linear);
        assertThat(ours).isGreaterThan(0.8);

        model.save(directory.resolve("model").toString());
        PipelineModel loaded = PipelineModel.load(directory.resolve("model").toString());
        assertThat(MlData.column(loaded.transform(test), "prediction"))
                .isEqualTo(MlData.column(predicted, "prediction"));
        KfacRegressionModel stage = (KfacRegressionModel) loaded.stages()[2];
        assertThat(stage.getLayers()).containsExactly(8);
        assertThat(stage.numFeatures()).isEqualTo(6);
    }

    @Test
    void withoutHiddenLayersItIsLinearRegression() {
        Dataset<Row> penguins = MlData.penguins().cache();
        KfacRegressor regressor =
                regressor().setLayers().setRegParam(0).setMaxIter(300).setTol(1e-12);
        Dataset<Row> ours = pipeline(regressor).fit(penguins).transform(penguins);
        Dataset<Row> exact = pipeline(new LinearRegression()
                        .setFeaturesCol("features")
                        .setLabelCol("body_mass_kg")
                        .setSolver("normal"))
                .fit(penguins)
                .transform(penguins);
        RegressionEvaluator rmse = new RegressionEvaluator().setLabelCol("body_mass_kg");
        assertThat(rmse.evaluate(ours)).isBetween(rmse.evaluate(exact) - 1e-9, rmse.evaluate(exact) + 1e-3);
    }

    @Test
    void countsHaveALogLink() throws Exception {
        Dataset<Row> counts = MlData.penguins()
                .withColumn("count", exp(col("body_mass_kg")).cast("int"))
                .cache();
        KfacRegressor regressor = regressor().setFamily("poisson").setLabelCol("count");
        regressor.save(directory.resolve("regressor").toString());
        PipelineModel model = pipeline(
                        KfacRegressor.load(directory.resolve("regressor").toString()))
                .fit(counts);
        Dataset<Row> predicted = model.transform(counts);
        assertThat(predicted.where("prediction <= 0").count()).isZero();
        double r2 = new RegressionEvaluator()
                .setMetricName("r2")
                .setLabelCol("count")
                .evaluate(predicted);
        System.out.printf("R² of counts: %s%n", r2);
        assertThat(r2).isGreaterThan(0.7);
        assertThatThrownBy(() -> pipeline(regressor.copy(ParamMap.empty()))
                        .fit(counts.withColumn("count", col("count").unary_$minus())))
                .hasMessageContaining("count");
    }

    @Test
    void theOutputStartsAtTheWeightedMeanLabel() {
        Dataset<Row> rows =
                MlData.lines().withColumn("w", when(col("y").gt(2), lit(3)).otherwise(lit(1)));
        Dataset<Row> withAbsent = rows.union(rows.withColumn("y", lit(1e6)).withColumn("w", lit(0)));
        KfacRegressor regressor = new KfacRegressor().setLabelCol("y").setWeightCol("w");
        double mean = new Training(regressor, withAbsent).meanLabel();
        Near.assertNear("mean of 1, 2 and thrice 3, 4", mean, (1 + 2 + 3 * 3 + 3 * 4) / 8.0, 1e-12);
        double unweighted = new Training(new KfacRegressor().setLabelCol("y"), withAbsent).meanLabel();
        Near.assertNear("mean of all", unweighted, 500_001.25, 1e-6);

        regressor.setLayers().setOptimizer("sgd").setMaxIter(3).setTol(0);
        double[] absent = MlData.predictions(regressor.fit(withAbsent).transform(rows));
        double[] without = MlData.predictions(regressor.fit(rows).transform(rows));
        Near.assertNear("predictions", absent, without, 1e-12);
    }

    /** All of its steps lead to where the loss is infinite, and are taken back. */
    @Test
    void aTrainingThatDivergesKeepsFiniteWeights() {
        for (int steps : new int[] {1, 2, 7}) {
            KfacRegressionModel model = new KfacRegressor()
                    .setLabelCol("y")
                    .setLayers()
                    .setOptimizer("sgd")
                    .setStepSize(1e200)
                    .setMaxIter(steps)
                    .fit(MlData.lines());
            double loss = model.transform(MlData.lines())
                    .selectExpr("avg(pow(prediction - y, 2))")
                    .first()
                    .getDouble(0);
            assertThat(loss).as(steps + " steps").isFinite();
        }
    }

    @Test
    void badRowsAreReportedWithAdviceThatFitsPipelines() {
        Dataset<Row> rows = MlData.lines()
                .withColumn("y", when(col("y").gt(3), lit(Double.NaN)).otherwise(col("y")));
        KfacRegressor regressor = new KfacRegressor().setLabelCol("y");
        assertThatThrownBy(() -> regressor.fit(rows.coalesce(1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("row 4")
                .hasMessageContaining("y is NaN")
                .hasMessageContaining("na().drop()")
                .hasMessageNotContaining("data.");
    }

    @Test
    void emptyDatasetsAreCalledSo() {
        assertThatThrownBy(() ->
                        new KfacRegressor().setLabelCol("y").fit(MlData.lines().where("y < 0")))
                .isInstanceOf(UserException.class)
                .hasMessage("the dataset is empty; check where its rows come from");
        Dataset<Row> ofKnownSize = new VectorAssembler()
                .setInputCols(MlData.PENGUIN_FEATURES.toArray(String[]::new))
                .setOutputCol("features")
                .transform(MlData.penguins().where("id < 0"));
        assertThatThrownBy(() -> regressor().fit(ofKnownSize))
                .isInstanceOf(UserException.class)
                .hasMessage("the dataset is empty; check where its rows come from");
    }

    @Test
    void modelsSayWhatTheyAre() {
        KfacRegressionModel model =
                new KfacRegressor().setLabelCol("y").setMaxIter(1).fit(MlData.lines());
        assertThat(model).hasToString("KfacRegressionModel: uid=" + model.uid() + ", numFeatures=1");
    }

    private static KfacRegressor regressor() {
        return new KfacRegressor()
                .setLayers(8)
                .setMaxIter(60)
                .setSeed(1)
                .setLabelCol("body_mass_kg")
                .setFeaturesCol("features");
    }

    private static Pipeline pipeline(PipelineStage regressor) {
        return new Pipeline().setStages(new PipelineStage[] {
            new VectorAssembler()
                    .setInputCols(MlData.PENGUIN_FEATURES.toArray(String[]::new))
                    .setOutputCol("raw"),
            new StandardScaler().setWithMean(true).setInputCol("raw").setOutputCol("features"),
            regressor
        });
    }
}
