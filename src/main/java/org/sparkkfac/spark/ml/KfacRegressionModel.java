package org.sparkkfac.spark.ml;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.RowPredictor;

/** What {@link KfacRegressor} has trained; saved, it holds a model of this library in {@code model}. */
public abstract class KfacRegressionModel extends RegressionModel<Vector, KfacRegressionModel>
        implements KfacParams, MLWritable {
    private static final long serialVersionUID = 1;

    private final RowPredictor predictor;
    private final ParamDefinitions definitions = new ParamDefinitions(this);

    private KfacRegressionModel(RowPredictor predictor) {
        this.predictor = predictor;
        EstimatorDefaults.set(this);
    }

    static KfacRegressionModel named(String name, Network network) {
        return new KfacRegressionModel(new RowPredictor(network)) {
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

    /** The network with its parameters; its likelihood is the family. */
    public Network network() {
        return predictor.network();
    }

    @Override
    public int numFeatures() {
        return network().inputs();
    }

    /** The expected label. */
    @Override
    public double predict(Vector features) {
        double[] outputs = predictor.outputs(features.toArray());
        predictor.mean(outputs);
        return outputs[0];
    }

    @Override
    public KfacRegressionModel copy(ParamMap extra) {
        KfacRegressionModel copied = copyValues(named(uid(), network()), extra);
        return copied.setParent(parent());
    }

    @Override
    public String toString() {
        return "KfacRegressionModel: uid=" + uid() + ", numFeatures=" + numFeatures();
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, network(), KfacRegressionModel.class);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<KfacRegressionModel> read() {
        return StageFiles.modelReader(KfacRegressionModel.class, KfacRegressionModel::named);
    }

    /** Reads what {@link #save} wrote. */
    public static KfacRegressionModel load(String path) {
        return read().load(path);
    }
}
