package org.sparkkfac.spark.ml;

import java.util.Arrays;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.RowPredictor;
import scala.Tuple3;

/** What {@link KfacClassifier} has trained; saved, it holds a model of this library in {@code model}. */
public abstract class KfacClassificationModel extends ProbabilisticClassificationModel<Vector, KfacClassificationModel>
        implements KfacParams, MLWritable {
    private static final long serialVersionUID = 1;

    private final RowPredictor predictor;
    private final ParamDefinitions definitions = new ParamDefinitions(this);

    private KfacClassificationModel(RowPredictor predictor) {
        this.predictor = predictor;
        EstimatorDefaults.set(this);
    }

    static KfacClassificationModel named(String name, Network network) {
        return new KfacClassificationModel(new RowPredictor(network)) {
            @Override
            public String uid() {
                return name;
            }
        };
    }

    @Override
    public ParamDefinitions definitions() {
        return definitions;
    }

    /** The network with its parameters. */
    public Network network() {
        return predictor.network();
    }

    @Override
    public int numClasses() {
        return network().outputs();
    }

    @Override
    public int numFeatures() {
        return network().inputs();
    }

    /**
     * The outputs less their mean, {@code f − (Σ f_c / C)·1}, of which softmax makes the same probabilities. Outputs alone
     * do not rank rows: with two classes {@code f_1 = s + d} says little where s varies, but centred it is {@code d =
     * ½ logit p_1}, by which {@code BinaryClassificationEvaluator} ranks as by the probability.
     */
    @Override
    public Vector predictRaw(Vector features) {
        double[] raw = predictor.outputs(features.toArray());
        double mean = Arrays.stream(raw).sum() / raw.length;
        for (int c = 0; c < raw.length; c++) {
            raw[c] -= mean;
        }
        return Vectors.dense(raw);
    }

    @Override
    public Vector raw2probabilityInPlace(Vector rawPrediction) {
        predictor.mean(((DenseVector) rawPrediction).values());
        return rawPrediction;
    }

    /** Javac sees two methods of this name, of which none overrides the other; a raw type overrides both. */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Tuple3 findSummaryModel() {
        return super.findSummaryModel();
    }

    @Override
    public KfacClassificationModel copy(ParamMap extra) {
        KfacClassificationModel copied = copyValues(named(uid(), network()), extra);
        return copied.setParent(parent());
    }

    @Override
    public String toString() {
        return "KfacClassificationModel: uid=" + uid() + ", numClasses=" + numClasses() + ", numFeatures="
                + numFeatures();
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, network(), KfacClassificationModel.class);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<KfacClassificationModel> read() {
        return StageFiles.modelReader(KfacClassificationModel.class, KfacClassificationModel::named);
    }

    /** Reads what {@link #save} wrote. */
    public static KfacClassificationModel load(String path) {
        return read().load(path);
    }
}
