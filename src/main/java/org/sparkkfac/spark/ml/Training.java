package org.sparkkfac.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.activation.Activations;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.train.Environment;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingSettings;

/**
 * Fits a network to the rows of a dataset, as the params of an estimator say: rows are checked, packed in blocks and kept,
 * and each step asks Spark for sums over them.
 */
final class Training {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private final KfacParams params;
    private final PredictorParams columns;
    private final Dataset<Row> dataset;

    <P extends KfacParams & PredictorParams> Training(P params, Dataset<?> dataset) {
        this.params = params;
        this.columns = params;
        this.dataset = dataset.toDF();
    }

    /**
     * The mean label {@code Σ w·y / Σ w} of the rows with w > 0, as far as labels are numbers; NaN without any. A row of
     * weight 0 is absent, whatever its label: {@code 0·∞} would be NaN.
     */
    double meanLabel() {
        Column label = column(columns.getLabelCol());
        Column weight = weightColumn().map(this::column).orElse(lit(1.0));
        Object mean = dataset.where(weight.gt(0).and(label.isNotNull()))
                .agg(sum(weight.multiply(label)).divide(sum(weight)))
                .first()
                .get(0);
        return mean instanceof Double value ? value : Double.NaN;
    }

    private Optional<String> weightColumn() {
        return Optional.of(params)
                .filter(some -> some.isDefined(some.weightCol()))
                .map(KfacParams::getWeightCol)
                .filter(name -> !name.isEmpty());
    }

    /** The trained network of likelihoods with several outputs. */
    Network fit(int outputs, Likelihood likelihood) {
        return fit(network(features(), outputs, likelihood));
    }

    /** The trained network with one output, which starts near {@code first} if that is finite. */
    Network fitOne(double first, Likelihood likelihood) {
        Network start = network(features(), 1, likelihood);
        if (Double.isFinite(first)) {
            int last = start.layers().size() - 1;
            start.parameters().block(last).set(0, start.layers().get(last).in(), first);
        }
        return fit(start);
    }

    private Network fit(Network start) {
        try {
            return train(start);
        } catch (UserException e) {
            throw ParamNames.of(e);
        } catch (NumericalException e) {
            throw ParamNames.of(e);
        }
    }

    private Network train(Network start) {
        Columns named = Columns.of(columns.getFeaturesCol(), columns.getLabelCol());
        CollectOptions options = CollectOptions.defaults()
                .withColumns(weightColumn().map(named::withWeight).orElse(named))
                .withBlockRows(params.getBlockSize());
        try (SparkPass rows = SparkPass.open(dataset, options, start, StorageLevel.MEMORY_AND_DISK())) {
            Convergence convergence = new Convergence(params.getBatchSize() == 0 ? params.getTol() : 0);
            Trainer trainer = Trainer.of(
                            start,
                            rows,
                            TrainingSettings.of(
                                    new ParamValues(params, rows.blocks().rows())))
                    .withMetrics(convergence)
                    .in(Environment.ofThisMachine(1).withStop(convergence::isReached));
            FitResult ending = FitResult.of(trainer, trainer.train());
            ending.warning(convergence.firstLoss()).ifPresent(LOG::warn);
            return start.withParameters(ending.parameters());
        }
    }

    private Network network(int inputs, int outputs, Likelihood likelihood) {
        List<NodeSpec> nodes = new ArrayList<>();
        int[] hidden = params.getLayers();
        for (int i = 0; i < hidden.length; i++) {
            nodes.add(new NodeSpec("hidden" + (i + 1), "dense", Map.of("units", hidden[i])));
            nodes.add(new NodeSpec("act" + (i + 1), params.getActivation(), Map.of()));
        }
        nodes.add(new NodeSpec("output", "dense", Map.of("units", outputs)));
        boolean isLikeRelu =
                Activations.create(params.getActivation(), Map.of()).isLikeRelu();
        Initialization first = isLikeRelu ? Initialization.HE : Initialization.GLOROT;
        return first.initialize(Network.of(inputs, nodes, likelihood), params.getSeed());
    }

    /** The length of the features: as the column's metadata say, or else that of the first row's. */
    private int features() {
        String name = columns.getFeaturesCol();
        int known = AttributeGroup.fromStructField(field(name)).size();
        return known >= 0 ? known : firstFeatures(name).size();
    }

    private Vector firstFeatures(String name) {
        Optional<Row> first =
                dataset.select(column(name)).na().drop().takeAsList(1).stream().findFirst();
        return (Vector) first.orElseThrow(() -> noValue(name)).get(0);
    }

    /** Why there is no value in a column. */
    UserException noValue(String name) {
        return new UserException(
                dataset.isEmpty()
                        ? "the dataset is empty; check where its rows come from"
                        : "column '" + name + "' is null in every row");
    }

    /** A column as Spark looks it up: in any case unless told otherwise, or a field {@code a.b} of a struct. */
    Column column(String name) {
        boolean isThere = Arrays.asList(dataset.columns()).contains(name);
        return col(isThere ? "`" + name.replace("`", "``") + "`" : name);
    }

    /** The type and metadata of such a column, which {@code schema().apply(name)} finds only by its exact name. */
    StructField field(String name) {
        return dataset.select(column(name)).schema().fields()[0];
    }
}
