package org.sparkkfac.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.UserException;
import org.sparkkfac.spark.RowPredictor;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.testing.Near;
import org.sparkkfac.train.optimiser.Optimisers;

/** The classifier among Spark's own stages. */
final class KfacClassifierIT {
    @TempDir
    private Path directory;

    @Test
    void heldOutDigitsAreReadAtLeastAsWellAsByMllibsPerceptron() {
        Dataset<Row> training = MlData.most(MlData.digits()).cache();
        Dataset<Row> test = MlData.others(MlData.digits()).cache();
        MulticlassClassificationEvaluator accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy");
        double ours = accuracy.evaluate(new KfacClassifier()
                .setLayers(32)
                .setMaxIter(100)
                .setSeed(1)
                .fit(training)
                .transform(test));
        double theirs = accuracy.evaluate(new MultilayerPerceptronClassifier()
                .setLayers(new int[] {64, 32, 10})
                .setMaxIter(100)
                .setSeed(1)
                .fit(training)
                .transform(test));
        System.out.printf("held-out accuracy: KfacClassifier %s, MultilayerPerceptronClassifier %s%n", ours, theirs);
        assertThat(ours).isGreaterThanOrEqualTo(theirs).isGreaterThan(0.95);
    }

    @Test
    void everyOptimizerLearns() {
        Dataset<Row> training = MlData.digits().where("id % 4 = 0").cache();
        MulticlassClassificationEvaluator accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy");
        for (String optimizer : Optimisers.names()) {
            KfacClassifier classifier = new KfacClassifier()
                    .setOptimizer(optimizer)
                    .setMode("fixed")
                    .setLayers(optimizer.equals("natural-gradient") ? new int[] {} : new int[] {16})
                    .setMaxIter(40);
            double share = accuracy.evaluate(classifier.fit(training).transform(training));
            System.out.printf("%s: accuracy %s on the rows it learned from%n", optimizer, share);
            assertThat(share).as(optimizer).isGreaterThan(0.9);
        }
    }

    @Test
    void aPipelineSavedAndLoadedPredictsTheSame() throws Exception {
        Dataset<Row> digits = named(MlData.digits()).cache();
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new StringIndexer().setInputCol("name").setOutputCol("index").setStringOrderType("alphabetAsc"),
            classifier()
        });
        pipeline.save(path("pipeline"));
        PipelineModel model = Pipeline.load(path("pipeline")).fit(digits);
        Dataset<Row> predicted = model.transform(digits);
        assertThat(MlData.column(predicted, "prediction"))
                .isEqualTo(MlData.column(pipeline.fit(digits).transform(digits), "prediction"));

        model.save(path("model"));
        Dataset<Row> again = PipelineModel.load(path("model")).transform(digits);
        for (String column : List.of("rawPrediction", "probability", "prediction")) {
            assertThat(MlData.column(again, column)).as(column).isEqualTo(MlData.column(predicted, column));
        }
        Row first = predicted.first();
        Vector probability = first.getAs("probability");
        Near.assertNear("sum of probabilities", sum(probability), 1, 1e-12);
        assertThat(first.<Double>getAs("prediction")).isEqualTo((double) probability.argmax());
        assertThatThrownBy(() -> model.save(path("model"))).hasMessageContaining("already exists");
        model.write().overwrite().save(path("model"));
    }

    @Test
    void crossValidationChoosesAmongParams() throws Exception {
        Dataset<Row> digits = MlData.digits().where("id % 3 = 0").cache();
        KfacClassifier classifier = classifier();
        classifier.setLabelCol("label");
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.maxIter(), new int[] {1, 12})
                .build();
        CrossValidator validator = new CrossValidator()
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {classifier}))
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .setEstimatorParamMaps(grid)
                .setNumFolds(2)
                .setParallelism(2)
                .setSeed(5);
        validator.save(path("validator"));
        CrossValidatorModel model = CrossValidator.load(path("validator")).fit(digits);
        System.out.printf("accuracy in two folds after 1 and 12 steps: %s%n", Arrays.toString(model.avgMetrics()));
        assertThat(model.avgMetrics()[1]).isGreaterThan(0.8).isGreaterThan(model.avgMetrics()[0] + 0.1);
        KfacClassificationModel best = (KfacClassificationModel) ((PipelineModel) model.bestModel()).stages()[0];
        assertThat(best.getMaxIter()).isEqualTo(12);
        assertThat(model.bestModel().transform(digits).select("prediction").count())
                .isEqualTo(599);
        model.save(path("validated"));
        assertThat(MlData.column(CrossValidatorModel.load(path("validated")).transform(digits), "prediction"))
                .isEqualTo(MlData.column(model.transform(digits), "prediction"));
    }

    @Test
    void copiesKeepParamsAndIdentity() {
        KfacClassifier classifier = classifier().setPredictionCol("guess").setStepSize(0.25);
        KfacClassifier copy = classifier.copy(new ParamMap().put(classifier.maxIter(), 3));
        assertThat(copy.uid()).isEqualTo(classifier.uid());
        assertThat(copy.getMaxIter()).isEqualTo(3);
        assertThat(classifier.getMaxIter()).isEqualTo(12);
        assertThat(copy.getStepSize()).isEqualTo(0.25);
        assertThat(copy.getPredictionCol()).isEqualTo("guess");
        assertThat(copy.getLayers()).containsExactly(16);
        assertThat(new KfacClassifier().uid()).isNotEqualTo(new KfacClassifier().uid());
        assertThat(classifier.explainParams()).contains("layers: units of the hidden layers", "current: 12");

        KfacClassificationModel model = copy.setLabelCol("label").fit(MlData.digits());
        assertThat(model.uid()).isEqualTo(classifier.uid());
        assertThat(model)
                .hasToString("KfacClassificationModel: uid=" + model.uid() + ", numClasses=10, numFeatures=64");
        assertThat(model.parent()).isSameAs(copy);
        assertThat(model.getLayers()).containsExactly(16);
        assertThat(model.getPredictionCol()).isEqualTo("guess");
        assertThat(model.numClasses()).isEqualTo(10);
        assertThat(model.numFeatures()).isEqualTo(64);
        assertThat(model.transform(MlData.digits()).columns()).contains("guess");
        KfacClassificationModel copied = model.copy(new ParamMap().put(model.probabilityCol(), "chances"));
        assertThat(copied.getPredictionCol()).isEqualTo("guess");
        assertThat(copied.getLayers()).containsExactly(16);
        assertThat(copied.transform(MlData.digits()).columns()).contains("guess", "chances");
        KfacClassificationModel renamed = model.copy(ParamMap.empty()).setPredictionCol("other");
        assertThat(renamed.transform(MlData.digits()).columns()).contains("other");
        assertThat(model.getPredictionCol()).isEqualTo("guess");
    }

    @Test
    void rowsThatWeighNothingDoNotMatter() {
        Dataset<Row> digits = MlData.digits().where("id < 600").cache();
        KfacClassifier classifier = new KfacClassifier()
                .setLayers(8)
                .setOptimizer("sgd")
                .setMaxIter(5)
                .setTol(0);
        KfacClassificationModel ofSome = classifier.fit(digits.where("id % 2 = 0"));
        Dataset<Row> weighted =
                digits.withColumn("w", when(col("id").mod(2).equalTo(0), lit(1)).otherwise(lit(0)));
        KfacClassificationModel ofWeighted = classifier.setWeightCol("w").fit(weighted);
        assertThat(ofWeighted.getWeightCol()).isEqualTo("w");
        Vector x = digits.first().getAs("features");
        double[] expected = ofSome.predictProbability(x).toArray();
        Near.assertNear("probabilities", ofWeighted.predictProbability(x).toArray(), expected, 1e-9);
        KfacClassificationModel ofAll = new KfacClassifier()
                .setLayers(8)
                .setOptimizer("sgd")
                .setMaxIter(5)
                .setTol(0)
                .fit(digits);
        Near.assertFar("weights are ignored", ofAll.predictProbability(x).toArray(), expected);
    }

    @Test
    void weightsAreSparksOwnParam() {
        Dataset<Row> rows = MlData.lines().withColumnRenamed("class", "label").withColumn("text", lit("1"));
        StructType schema = rows.schema();
        assertThatThrownBy(() -> new KfacClassifier().setWeightCol("nonsense").transformSchema(schema))
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> new KfacClassifier().setWeightCol("text").transformSchema(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text");
        KfacClassifier unset = new KfacClassifier().setWeightCol("").setMaxIter(1);
        assertThat(unset.fit(rows).getWeightCol()).isEmpty();
    }

    @Test
    void oneVsRestHandsWeightsOn() {
        Dataset<Row> rows = MlData.lines()
                .withColumnRenamed("class", "label")
                .withColumn("w", when(col("y").gt(2), lit(0.0)).otherwise(lit(1.0)));
        KfacClassifier classifier =
                new KfacClassifier().setLayers().setOptimizer("sgd").setMaxIter(3);
        OneVsRest weighted = new OneVsRest().setClassifier(classifier).setWeightCol("w");
        assertThat(bias(weighted.fit(rows))).isEqualTo(bias(weighted.fit(rows.where("w > 0"))));
        assertThat(bias(weighted.fit(rows)))
                .isNotEqualTo(bias(new OneVsRest().setClassifier(classifier).fit(rows)));
    }

    private static double bias(OneVsRestModel model) {
        KfacClassificationModel first = (KfacClassificationModel) (Object) model.models()[0];
        return first.network().parameters().block(0).get(0, 1);
    }

    @Test
    void rawPredictionsOfTwoClassesRankAsProbabilitiesDo() {
        Dataset<Row> binary =
                MlData.digits().withColumn("label", col("label").geq(5).cast("double"));
        KfacClassificationModel model =
                new KfacClassifier().setLayers(4).setMaxIter(4).setSeed(1).fit(binary);
        Dataset<Row> predicted = model.transform(binary).cache();
        BinaryClassificationEvaluator auc = new BinaryClassificationEvaluator();
        double byRaw = auc.setRawPredictionCol("rawPrediction").evaluate(predicted);
        double byProbability = auc.setRawPredictionCol("probability").evaluate(predicted);
        System.out.printf("area under ROC by raw prediction %s, by probability %s%n", byRaw, byProbability);
        Near.assertNear("area under ROC", byRaw, byProbability, 1e-12);

        Vector x = binary.first().getAs("features");
        double[] raw = model.predictRaw(x).toArray();
        double[] outputs = new RowPredictor(model.network()).outputs(x.toArray());
        Near.assertNear("sum", raw[0] + raw[1], 0, 1e-12);
        Near.assertNear("difference", raw[1] - raw[0], outputs[1] - outputs[0], 1e-12);
        Near.assertFar("outputs are not centred", outputs, raw);
    }

    @Test
    void theSameSeedGivesTheSameModel() {
        Dataset<Row> digits = MlData.digits().where("id < 300");
        Vector x = digits.first().getAs("features");
        KfacClassifier classifier = new KfacClassifier()
                .setLayers(8)
                .setMaxIter(4)
                .setBatchSize(100)
                .setSeed(3);
        Vector first = classifier.fit(digits).predictRaw(x);
        assertThat(classifier.fit(digits).predictRaw(x)).isEqualTo(first);
        assertThat(classifier.setSeed(4).fit(digits).predictRaw(x)).isNotEqualTo(first);
    }

    @Test
    void wrongColumnsAndParamsAreRefusedBeforeTraining() {
        Dataset<Row> digits = MlData.digits();
        assertThatThrownBy(() -> new KfacClassifier().setFeaturesCol("id").fit(digits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id");
        assertThatThrownBy(() -> new KfacClassifier().setLabelCol("nonsense").transformSchema(digits.schema()))
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> new KfacClassifier().setLabelCol("features").transformSchema(digits.schema()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features");
        assertThatThrownBy(() -> new KfacClassifier().setActivation("rleu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rleu");
        assertThatThrownBy(() -> new KfacClassifier().setLayers(8, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KfacClassifier().setMomentum(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KfacClassifier().fit(digits.withColumn("label", lit(0.5))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("label 0.5 must be a class index 0 … 1");
        assertThatThrownBy(() -> new KfacClassifier().fit(digits.withColumn("label", lit(1e9))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the largest label is 1.0E9; labels must be class indices");
        assertThatThrownBy(() -> new KfacClassifier().fit(digits.where("id < 0")))
                .isInstanceOf(UserException.class)
                .hasMessage("the dataset is empty; check where its rows come from");
    }

    @Test
    void whatIsNoFiniteNumberOrNullIsRefusedBySetters() {
        double infinity = Double.POSITIVE_INFINITY;
        List<Function<KfacClassifier, KfacClassifier>> setters = List.of(
                stage -> stage.setStepSize(infinity),
                stage -> stage.setStepSize(0),
                stage -> stage.setRegParam(infinity),
                stage -> stage.setDamping(infinity),
                stage -> stage.setDamping(Double.NaN),
                stage -> stage.setTol(infinity),
                stage -> stage.setTol(-1));
        for (Function<KfacClassifier, KfacClassifier> setter : setters) {
            assertThatThrownBy(() -> setter.apply(new KfacClassifier())).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new KfacClassifier().setStepSize(1e300).setRegParam(0).getRegParam())
                .isZero();
        assertThatThrownBy(() -> new KfacClassifier().setActivation(MlData.absent()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("activation must not be null");
        assertThatThrownBy(() -> new KfacClassifier().setLayers((int[]) MlData.absent()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layers must not be null");
        assertThatThrownBy(() -> new KfacRegressor().setFamily(MlData.absent()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("family must not be null");
    }

    @Test
    void paramsWithoutDefaultSayWhatHolds() {
        assertThat(new KfacClassifier().explainParams())
                .contains("0.3 of kfac", "0.1 of sgd", "0.01 of adam", "not set: 0.01; of kfac, adaptive")
                .contains("λ₀, not set: 0.1");
    }

    /** As Spark's own stages find them: features in any case and in structs, while fit's cast wants a label's exact name. */
    @Test
    void featuresAreFoundAsSparkFindsThem() {
        assumeTrue(LocalSpark.shared().version().compareTo("4") >= 0, "Spark 3.5 itself looks up exact names alone");
        KfacClassifier classifier = new KfacClassifier().setMaxIter(1);
        Dataset<Row> rows = MlData.lines().withColumnRenamed("class", "label");
        assertThat(classifier.setFeaturesCol("FEATURES").fit(rows).numFeatures())
                .isEqualTo(1);
        Dataset<Row> nested = rows.select(struct(col("features")).as("s"), col("label"));
        assertThat(classifier.setFeaturesCol("s.features").fit(nested).numFeatures())
                .isEqualTo(1);
        KfacRegressor regressor = new KfacRegressor().setMaxIter(1).setFeaturesCol("s.features");
        assertThat(regressor.fit(nested).numFeatures()).isEqualTo(1);
    }

    @Test
    void trainingFindsLabelsInAnyCaseAndInStructs() {
        Dataset<Row> nested =
                MlData.lines().select(struct(col("y"), col("class")).as("s"));
        Training training = new Training(new KfacRegressor().setLabelCol("S.Y"), nested);
        assertThat(training.meanLabel()).isEqualTo(2.5);
        assertThat(training.field("S.Class").dataType()).isEqualTo(DataTypes.DoubleType);
        Dataset<Row> dotted = nested.withColumn("s.y", lit(7.0));
        assertThat(new Training(new KfacRegressor().setLabelCol("s.y"), dotted).meanLabel())
                .isEqualTo(7);
    }

    @Test
    void classesThatOnlyTheMetadataKnowCountToo() {
        Dataset<Row> digits = named(MlData.digits());
        Dataset<Row> indexed = new StringIndexer()
                .setInputCol("name")
                .setOutputCol("index")
                .setStringOrderType("alphabetAsc")
                .fit(digits)
                .transform(digits)
                .where("label < 7");
        assertThat(classifier().setMaxIter(1).fit(indexed).numClasses()).isEqualTo(10);
    }

    @Test
    void sparseVectorsAreTakenAsTheyAre() {
        StructType schema = new StructType()
                .add("features", org.apache.spark.ml.linalg.SQLDataTypes.VectorType())
                .add("label", DataTypes.IntegerType);
        Dataset<Row> rows = LocalSpark.shared()
                .createDataFrame(
                        List.of(
                                RowFactory.create(Vectors.sparse(3, new int[] {0}, new double[] {1}), 0),
                                RowFactory.create(Vectors.sparse(3, new int[] {2}, new double[] {1}), 1),
                                RowFactory.create(Vectors.dense(0, 1, 1), 1)),
                        schema);
        KfacClassificationModel model =
                new KfacClassifier().setLayers().setMaxIter(30).fit(rows);
        assertThat(model.network().layers()).hasSize(1);
        assertThat(model.transform(rows).select("prediction").collectAsList())
                .extracting(row -> row.getDouble(0))
                .containsExactly(0.0, 1.0, 1.0);
    }

    @Test
    void whatIsAnotherStageIsNotLoaded() throws Exception {
        classifier().save(path("classifier"));
        assertThat(KfacClassifier.load(path("classifier")).getLayers()).containsExactly(16);
        assertThatThrownBy(() -> KfacRegressor.load(path("classifier")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("holds a org.sparkkfac.spark.ml.KfacClassifier, not a");
    }

    /** As Spark ML's own stages: a default that changes later does not change what was saved. */
    @Test
    void defaultsAreThoseOfTheDayOfSaving() throws Exception {
        new KfacClassifier().save(path("classifier"));
        double tol = new KfacClassifier().getTol();
        Path metadata = directory.resolve("classifier/metadata/part-00000");
        String saved = Files.readString(metadata);
        String changed = saved.replace("\"tol\":" + tol, "\"tol\":0.125");
        assertThat(changed).isNotEqualTo(saved);
        Files.writeString(metadata, changed);
        Files.deleteIfExists(metadata.resolveSibling(".part-00000.crc"));
        KfacClassifier loaded = KfacClassifier.load(path("classifier"));
        assertThat(loaded.getTol()).isEqualTo(0.125);
        assertThat(loaded.isSet(loaded.tol())).isFalse();
    }

    private static KfacClassifier classifier() {
        return new KfacClassifier().setLayers(16).setMaxIter(12).setSeed(2).setLabelCol("index");
    }

    private static Dataset<Row> named(Dataset<Row> digits) {
        return digits.withColumn("name", org.apache.spark.sql.functions.concat(lit("digit "), col("label")));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static double sum(Vector vector) {
        double sum = 0;
        for (double value : vector.toArray()) {
            sum += value;
        }
        return sum;
    }
}
