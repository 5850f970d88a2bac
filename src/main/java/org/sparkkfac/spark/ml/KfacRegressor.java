package org.sparkkfac.spark.ml;

import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * A multilayer perceptron for one number, trained by natural-gradient steps: the squared error with {@code family =
 * "gaussian"}, the deviance of counts with {@code "poisson"} and {@code "negative-binomial"} (of dispersion 1). The output starts at the mean label, weighted as the rows are.
 * Features, and the spread of gaussian labels, should be of unit size, such as {@code StandardScaler} makes features.
 */
public class KfacRegressor extends Regressor<Vector, KfacRegressor, KfacRegressionModel>
        implements KfacEstimator<KfacRegressor>, MLWritable {
    private static final long serialVersionUID = 1;

    private @Nullable String uid;
    private final ParamDefinitions definitions = new ParamDefinitions(this);
    private final Param<String> family = new Param<>(
            this,
            "family",
            "likelihood of the labels: " + String.join(", ", Likelihoods.namesOfNumbers()),
            ParamValidators.inArray(Likelihoods.namesOfNumbers()));

    /** An estimator with the defaults. */
    public KfacRegressor() {
        EstimatorDefaults.set(this);
        setDefault(family, "gaussian");
    }

    /** As {@link KfacClassifier#named}. */
    static KfacRegressor named(String name) {
        return new KfacRegressor() {
            @Override
            public String uid() {
                return name;
            }
        };
    }

    @Override
    public String uid() {
        if (uid == null) {
            uid = EstimatorDefaults.newUid("kfacRegressor");
        }
        return uid;
    }

    @Override
    public ParamDefinitions definitions() {
        return definitions;
    }

    @Override
    public KfacRegressor self() {
        return this;
    }

    /** The param of {@link #getFamily}. */
    public Param<String> family() {
        return family;
    }

    /** The likelihood of the labels. */
    public String getFamily() {
        return getOrDefault(family);
    }

    /** Sets the likelihood of the labels. */
    public KfacRegressor setFamily(String value) {
        set(family, ParamDefinitions.notNull(family, value));
        return this;
    }

    @Override
    public KfacRegressionModel train(Dataset<?> dataset) {
        Training training = new Training(this, dataset);
        Likelihood likelihood = Likelihoods.create(getFamily(), Map.of());
        double first = likelihood.output(training.meanLabel());
        return KfacRegressionModel.named(uid(), training.fitOne(first, likelihood));
    }

    @Override
    public KfacRegressor copy(ParamMap extra) {
        return copyValues(named(uid()), extra);
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, KfacRegressor.class);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<KfacRegressor> read() {
        return StageFiles.reader(KfacRegressor.class, KfacRegressor::named);
    }

    /** Reads what {@link #save} wrote. */
    public static KfacRegressor load(String path) {
        return read().load(path);
    }
}
