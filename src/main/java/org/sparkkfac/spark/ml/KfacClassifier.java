package org.sparkkfac.spark.ml;

import static org.apache.spark.sql.functions.max;

import java.util.Map;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * A multilayer perceptron for one of C classes, trained by natural-gradient steps. Labels are class indices 0 … C−1, as
 * {@code StringIndexer} makes them.
 *
 * <pre>{@code
 * KfacClassificationModel model = new KfacClassifier().setLayers(64).setMaxIter(50).fit(training);
 * Dataset<Row> predictions = model.transform(test);    // rawPrediction, probability, prediction
 * }</pre>
 */
public class KfacClassifier extends ProbabilisticClassifier<Vector, KfacClassifier, KfacClassificationModel>
        implements KfacEstimator<KfacClassifier>, MLWritable {
    private static final long serialVersionUID = 1;

    /** So many classes may be found by looking at the labels; more are rather a mistake. */
    private static final int MOST_FOUND = 1_000;

    private @Nullable String uid;
    private final ParamDefinitions definitions = new ParamDefinitions(this);

    /** An estimator with the defaults. */
    public KfacClassifier() {
        EstimatorDefaults.set(this);
    }

    /** Spark's own params ask for the uid before a field of this class could hold it; what a local class captures is there. */
    static KfacClassifier named(String name) {
        return new KfacClassifier() {
            @Override
            public String uid() {
                return name;
            }
        };
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = EstimatorDefaults.newUid("kfacClassifier");
        }
        return uid;
    }

    @Override
    public ParamDefinitions definitions() {
        return definitions;
    }

    @Override
    public KfacClassifier self() {
        return this;
    }

    @Override
    public KfacClassificationModel train(Dataset<?> dataset) {
        Training training = new Training(this, dataset);
        int classes = classes(training, dataset);
        return KfacClassificationModel.named(uid(), training.fit(classes, Likelihoods.create("softmax", Map.of())));
    }

    /** The number of classes: as the label column's metadata say, or else one more than the largest label. */
    private int classes(Training training, Dataset<?> dataset) {
        String label = getLabelCol();
        if (Attribute.fromStructField(training.field(label)) instanceof NominalAttribute nominal
                && nominal.getNumValues().isDefined()) {
            return Math.max(2, (Integer) nominal.getNumValues().get());
        }
        Object largest = dataset.toDF().agg(max(training.column(label))).first().get(0);
        if (largest == null) {
            throw training.noValue(label);
        }
        if (!(largest instanceof Double value) || !(value < MOST_FOUND)) {
            throw new UserException("label column '" + label + "': the largest label is " + largest
                    + "; labels must be class indices 0, 1, …, such as StringIndexer makes");
        }
        return Math.max(2, value.intValue() + 1);
    }

    @Override
    public KfacClassifier copy(ParamMap extra) {
        return copyValues(named(uid()), extra);
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, KfacClassifier.class);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<KfacClassifier> read() {
        return StageFiles.reader(KfacClassifier.class, KfacClassifier::named);
    }

    /** Reads what {@link #save} wrote. */
    public static KfacClassifier load(String path) {
        return read().load(path);
    }
}
