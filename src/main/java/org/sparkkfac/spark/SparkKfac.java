package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.analysis.NamedSpectrum;
import org.sparkkfac.analysis.Spectra;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.io.artefact.ArtefactReader;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.artefact.ParameterFile;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.artefact.StatisticsMerge;
import org.sparkkfac.io.artefact.TensorAudit;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.training.TrainingDirectory;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Downdate;
import org.sparkkfac.precondition.HeldOutDamping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.report.TrainingReport;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.stats.StatisticsState;

/**
 * The library from code: what the commands do, as calls. {@code Location.of(path, hadoopConfiguration)} says where.
 *
 * <p>Java:
 *
 * <pre>{@code
 * Network network = SparkKfac.readModel(Location.of("sample-data/digits-model", hadoopConfiguration));
 * Dataset<Row> digits = spark.read().parquet("sample-data/digits.parquet");
 * CollectOptions options = CollectOptions.defaults().withFisher(Fisher.exact());
 * StatisticsState statistics = SparkKfac.collect(network, digits, options).statistics();
 * Preconditioner p = SparkKfac.invert(statistics, Method.EIGEN, Damping.absolute(1e-3));
 * ParameterVector step = SparkKfac.solve(p, statistics.meanGradient().orElseThrow());
 * }</pre>
 *
 * <p>spark-shell, with {@code --jars spark-kfac.jar}:
 *
 * <pre>{@code
 * val network = SparkKfac.readModel(Location.of("sample-data/digits-model", sc.hadoopConfiguration))
 * val digits = spark.read.parquet("sample-data/digits.parquet")
 * val statistics = SparkKfac.collect(network, digits, CollectOptions.defaults()).statistics
 * val p = SparkKfac.invert(statistics, Method.EIGEN, Damping.absolute(1e-3))
 * val step = SparkKfac.solve(p, statistics.meanGradient.get)
 * }</pre>
 */
public final class SparkKfac {
    private SparkKfac() {}

    /**
     * Collects the Fisher statistics of a dataset in one Spark job, with the loss and its gradient where there are
     * labels; in two jobs with eigenvalue corrections.
     *
     * @param network the model, whose parameters are broadcast
     * @param dataset the rows; one task an {@linkplain CollectOptions#groups() group} folds them, none are collected
     * @throws UserException if a column is missing, a row is bad, the dataset is empty, or the states do not fit the
     *     driver
     * @throws NumericalException if finite rows give a sum that is not finite
     */
    public static Collected collect(Network network, Dataset<Row> dataset, CollectOptions options) {
        return new SparkPass(dataset, options).collect(network, options.plan());
    }

    /**
     * Loss, score and classes over the rows of a dataset, in one Spark job.
     *
     * @throws UserException if a column is missing, there are no labels, a row is bad, or the dataset is empty
     * @throws NumericalException if the model's outputs overflow
     */
    public static Evaluated evaluate(Network network, Dataset<Row> dataset, CollectOptions options) {
        return new SparkPass(dataset, options).evaluate(network);
    }

    /**
     * Writes probabilities, or means, for the rows of a dataset as Parquet; labels and weights are not read. All files are
     * there or none. Where bad rows are left out, they are counted first, which reads the rows once more.
     *
     * @throws UserException if a column is missing, a row is bad, the dataset is empty, or the place is taken
     */
    public static Predictions.Written predict(
            Network network, Dataset<Row> dataset, CollectOptions options, Predictions predictions) {
        return new PredictionJob(dataset, options, network).run(predictions);
    }

    /**
     * Trains a model: natural-gradient steps on the driver that alternate with statistics collected by Spark; the rows are
     * read and checked once and kept. Writes the model, its last statistics and preconditioner, the metrics of every step,
     * learning curves, and checkpoints on the way.
     *
     * @param network the model to begin with
     * @param directory where to, and whether a training there is resumed
     * @param watch follows the training and may end it
     * @return what came of it; empty if the watch ended it, which leaves a checkpoint to resume from
     * @throws UserException if the directory is taken, rows or settings do not fit, or a checkpoint is of other settings
     * @throws NumericalException if the loss is not finite from the beginning
     */
    public static Optional<Trained> train(
            Network network,
            Dataset<Row> dataset,
            TrainOptions options,
            TrainingDirectory directory,
            TrainingWatch watch) {
        return TrainingJob.run(network, dataset, options, directory, watch);
    }

    /**
     * Opens statistics of disjoint rows to be added; {@link StatisticsMerge#sum()} adds them.
     *
     * @throws UserException if two do not belong together, or hold the same rows
     */
    public static StatisticsMerge merge(List<Location> parts) {
        return merge(parts, Collections.nCopies(parts.size(), 1.0));
    }

    /** As {@link #merge(List)}, all sums of each part multiplied by a factor ≥ 0 of its own. */
    public static StatisticsMerge merge(List<Location> parts, List<Double> weights) {
        return StatisticsMerge.of(parts, weights, List.of(), false);
    }

    /**
     * Inverts the Fisher blocks on the driver, with all its processors. No Spark job of this process may run meanwhile.
     *
     * @throws UserException if the statistic that the method needs was not collected
     * @throws NumericalException if a block is singular with this damping
     */
    public static Preconditioner invert(StatisticsState statistics, Method method, Damping damping) {
        return invert(statistics, method, DampingRule.of(damping));
    }

    /** As {@link #invert(StatisticsState, Method, Damping)}, with a damping of its own for some layers. */
    public static Preconditioner invert(StatisticsState statistics, Method method, DampingRule damping) {
        return Preconditioner.invert(FisherBlocks.of(statistics, method.structure()), method, damping, processors());
    }

    /**
     * As {@link #invert(StatisticsState, Method, DampingRule)}, but the layers for which the heap of this process has no
     * room are inverted by tasks of Spark, one each. Their inverses differ from those of the driver by rounding where that
     * has more threads than a task.
     */
    public static Preconditioner invert(
            StatisticsState statistics, Method method, DampingRule damping, SparkSession session) {
        FisherBlocks blocks = FisherBlocks.of(statistics, method.structure());
        return InversionTasks.of(blocks, method, session, Blas.Choice.BUNDLED)
                .invert(blocks, method, damping, processors());
    }

    /**
     * Chooses λ by held-out rows, as {@code invert --damping auto} does.
     *
     * @throws UserException if a gradient is missing, or no λ lowers the held-out loss
     */
    public static HeldOutDamping.Choice chooseDamping(
            StatisticsState training, StatisticsState heldOut, Method method) {
        return chooseDamping(training, heldOut, method, processors());
    }

    /** As {@link #chooseDamping(StatisticsState, StatisticsState, Method)}, with this number of threads. */
    public static HeldOutDamping.Choice chooseDamping(
            StatisticsState training, StatisticsState heldOut, Method method, int threads) {
        return new HeldOutDamping(
                        FisherBlocks.of(training, method.structure()),
                        gradient(training),
                        FisherBlocks.of(heldOut, method.structure()),
                        gradient(heldOut),
                        method,
                        threads)
                .choose();
    }

    private static ParameterVector gradient(StatisticsState statistics) {
        return statistics
                .meanGradient()
                .orElseThrow(() -> new UserException("the statistics have no gradient, since their rows had no labels;"
                        + " collect again with labels, or give the damping a number"));
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * {@code F⁻¹v}.
     *
     * @throws NumericalException if it overflows
     */
    public static ParameterVector solve(Preconditioner preconditioner, ParameterVector v) {
        return solve(preconditioner, List.of(v)).get(0);
    }

    /** {@code F⁻¹v} for several v at once, by matrix products. */
    public static List<ParameterVector> solve(Preconditioner preconditioner, List<ParameterVector> vs) {
        return finite(preconditioner.apply(vs));
    }

    /** {@code (F − Σ w·ggᵀ)⁻¹v} for several v at once; {@link Preconditioner#downdate} makes the downdate. */
    public static List<ParameterVector> solve(Downdate downdate, List<ParameterVector> vs) {
        return finite(downdate.apply(vs));
    }

    private static List<ParameterVector> finite(List<ParameterVector> solutions) {
        if (!solutions.stream().allMatch(ParameterVector::isFinite)) {
            throw new NumericalException("the solution overflows; scale the vector down or use more damping");
        }
        return solutions;
    }

    /** The spectra, in brief, of all averaged matrices; {@link Spectra} hands them over one by one. */
    public static List<NamedSpectrum> spectra(StatisticsState statistics) {
        List<NamedSpectrum> found = new ArrayList<>();
        Spectra.of(statistics, found::add);
        return found;
    }

    /** The spectra, in brief, of the damped matrices that a preconditioner inverts. */
    public static List<NamedSpectrum> spectra(Preconditioner preconditioner) {
        List<NamedSpectrum> found = new ArrayList<>();
        Spectra.of(preconditioner, found::add);
        return found;
    }

    /**
     * Reads every number of an artefact.
     *
     * @throws UserException if a checksum is wrong or a number cannot be right; it names the file
     */
    public static TensorAudit verify(Location artefact) {
        return TensorAudit.of(ArtefactReader.open(artefact));
    }

    /**
     * What is in a model, an artefact or a tensor file, and where it comes from, as {@code kfac inspect --json} prints it.
     *
     * @throws UserException if there is nothing, it is damaged, or spectra are wanted of what has none
     */
    public static ObjectNode inspect(Location place, InspectOptions options) {
        return Inspection.of(place, options);
    }

    /**
     * The learning curves of a training, which may still run.
     *
     * @param place its directory, or the file of its metrics
     * @throws UserException if there are no metrics, or no step yet
     */
    public static TrainingReport report(Location place, String title) {
        return TrainingFiles.report(place, title);
    }

    /**
     * Writes a report as one HTML file that opens offline, or as CSV, by the end of the file's name.
     *
     * @throws UserException if the name ends in neither, or the file is there and may not be replaced
     */
    public static void writeReport(Location file, TrainingReport report, boolean overwrite) {
        TrainingFiles.write(file, report, overwrite);
    }

    /** A new network with random weights. */
    public static Network init(InitOptions options) {
        return options.network();
    }

    /** Reads a model: {@code model.json} and {@code weights.safetensors}. */
    public static Network readModel(Location directory) {
        return ModelDirectory.read(directory);
    }

    /** Writes a model. */
    public static void writeModel(Location directory, Network network, boolean overwrite) {
        ModelDirectory.write(directory, network, overwrite);
    }

    /** Reads statistics, which {@link StatisticsArtefact#statistics()} are, and where they come from. */
    public static StatisticsArtefact readStatistics(Location directory) {
        return StatisticsArtefact.read(directory);
    }

    /** Writes what {@link #collect} collected with this network and these options. */
    public static void writeStatistics(
            Location directory, Network network, CollectOptions options, Collected collected, boolean overwrite) {
        writeStatistics(directory, network, options, collected, Json.object(), overwrite);
    }

    /**
     * As {@link #writeStatistics(Location, Network, CollectOptions, Collected, boolean)}, with a configuration for the
     * manifest. Bad rows of statistics that cannot be written are removed again.
     */
    public static void writeStatistics(
            Location directory,
            Network network,
            CollectOptions options,
            Collected collected,
            ObjectNode config,
            boolean overwrite) {
        boolean written = false;
        try {
            StatisticsArtefact.write(
                    directory,
                    collected.statistics(),
                    collected.fisher(),
                    collected.skipped(),
                    collected.provenance(network, options).withConfig(config),
                    overwrite);
            written = true;
        } finally {
            if (!written && collected.skipped().count() > 0) {
                options.badRows().quarantine().ifPresent(Quarantine::delete);
            }
        }
    }

    /** Writes the sum of parts, {@link StatisticsMerge#sum()}. */
    public static void writeStatistics(
            Location directory, StatisticsMerge merge, StatisticsState sum, boolean overwrite) {
        StatisticsArtefact.write(directory, sum, merge.fisher(), merge.provenance(Software.versions()), overwrite);
    }

    /** Reads a preconditioner. */
    public static Preconditioner readPreconditioner(Location directory) {
        return PreconditionerArtefact.read(directory);
    }

    /**
     * Writes a preconditioner.
     *
     * @param damping what it was made with
     * @param source the statistics that were inverted, whose origin is copied
     */
    public static void writePreconditioner(
            Location directory,
            Preconditioner preconditioner,
            Damping damping,
            StatisticsArtefact source,
            boolean overwrite) {
        writePreconditioner(directory, preconditioner, damping, source, Json.object(), overwrite);
    }

    /**
     * As {@link #writePreconditioner(Location, Preconditioner, Damping, StatisticsArtefact, boolean)}, with a configuration
     * for the manifest.
     */
    public static void writePreconditioner(
            Location directory,
            Preconditioner preconditioner,
            Damping damping,
            StatisticsArtefact source,
            ObjectNode config,
            boolean overwrite) {
        Provenance provenance = new Provenance(config, source.manifest().withObject("/data"), Software.versions());
        PreconditionerArtefact.write(directory, preconditioner, damping, source.manifest(), provenance, overwrite);
    }

    /**
     * Reads a vector over the given layers: a safetensors file with the keys of the weights, or a statistics artefact,
     * which stands for its mean gradient.
     *
     * @throws UserException if there is none, or it is of other layers
     */
    public static ParameterVector readVector(Location place, List<LayerShape> layers) {
        if (ModelDirectory.isModel(place)) {
            throw new UserException(place + ": is a model; name the file of a vector, such as its weights.safetensors");
        }
        return place.isDirectory()
                ? StatisticsArtefact.readMeanGradient(place, layers)
                : ParameterFile.read(place, layers);
    }

    /** Writes a vector as a safetensors file with the keys and shapes of the weights. */
    public static void writeVector(Location file, ParameterVector vector, boolean overwrite) {
        ParameterFile.write(file, vector, overwrite);
    }
}
