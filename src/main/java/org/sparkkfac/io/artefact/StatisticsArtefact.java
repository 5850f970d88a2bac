package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.manifest.StatisticsManifest;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.EntriesSource;
import org.sparkkfac.io.tensors.IntegerTensor;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.Statistic;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/**
 * Statistics as an artefact: one tensor file a sum, keyed by layer, holding <em>weighted sums</em> to be divided by the
 * manifest's {@code total_weight}. Which files there are is what the statistics say of themselves.
 *
 * @param statistics the sums
 * @param fisher over which labels the Fisher matrix was taken
 * @param manifest all of it
 */
public record StatisticsArtefact(StatisticsState statistics, Fisher fisher, ObjectNode manifest) {
    /** The format and its newest version. */
    public static final ArtefactFormat FORMAT = new ArtefactFormat("spark-kfac/statistics", 1);

    /** In the manifest of statistics that a training has averaged: how many steps it made, and from which model. */
    private static final String TRAINING = "training";

    static final String GRADIENT = "gradient";

    /** Copies the manifest. */
    public StatisticsArtefact {
        manifest = manifest.deepCopy();
    }

    /** The whole manifest; a copy. */
    @Override
    public ObjectNode manifest() {
        return manifest.deepCopy();
    }

    /**
     * Writes statistics, the manifest last.
     *
     * @throws UserException if there is an artefact and {@code overwrite} is false
     */
    public static void write(
            Location directory, StatisticsState statistics, Fisher fisher, Provenance provenance, boolean overwrite) {
        write(directory, statistics, fisher, new SkippedRows(), provenance, overwrite);
    }

    /** The same, with an account of the rows that were left out. */
    public static void write(
            Location directory,
            StatisticsState statistics,
            Fisher fisher,
            SkippedRows skipped,
            Provenance provenance,
            boolean overwrite) {
        try (ArtefactWriter writer = ArtefactWriter.create(directory, FORMAT, overwrite)) {
            files(statistics).forEach(writer::addFile);
            ObjectNode fields = Json.object(StatisticsManifest.of(statistics, fisher, skipped));
            provenance.addTo(fields);
            writer.commit(fields);
        }
    }

    /** Refuses a destination before any work is done for it, as {@link #write} would; see {@link ArtefactWriter#check}. */
    public static void checkDestination(Location directory, boolean overwrite) {
        ArtefactWriter.check(directory, FORMAT, overwrite);
    }

    private static Map<String, Map<String, TensorSource>> files(StatisticsState statistics) {
        Map<String, Map<String, TensorSource>> files = new LinkedHashMap<>();
        for (StatisticKind kind : statistics.kinds()) {
            List<Statistic> sums = statistics.statistics(kind);
            List<String> keys = kind.keys(statistics.layers());
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                sums.get(i)
                        .sums()
                        .forEach((name, sum) -> files.computeIfAbsent(name, file -> new LinkedHashMap<>())
                                .put(key, new EntriesSource(sum)));
                for (String count : sums.get(i).rowCounts()) {
                    files.computeIfAbsent(count, file -> new LinkedHashMap<>())
                            .put(key, IntegerTensor.count(statistics.rows()));
                }
            }
        }
        statistics.gradientSum().ifPresent(sum -> files.put(GRADIENT, ParameterFile.tensors(sum)));
        return files;
    }

    /**
     * Reads all statistics of an artefact.
     *
     * @throws UserException if there is none, it is damaged, or a tensor does not have its layer's shape
     */
    public static StatisticsArtefact read(Location directory) {
        return read(directory, List.of(StatisticKind.values()));
    }

    /** As {@link #read(Location)}, but of the kinds only those that are wanted and there. */
    public static StatisticsArtefact read(Location directory, Collection<StatisticKind> wanted) {
        ArtefactReader reader = ArtefactReader.open(directory, FORMAT);
        StatisticsManifest manifest = manifest(reader);
        List<LayerShape> layers = manifest.shapes();
        Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
        for (StatisticKind kind : kinds(reader)) {
            if (wanted.contains(kind)) {
                statistics.put(kind, read(reader, kind, layers));
            }
        }
        double meanLoss = manifest.meanLoss() == null ? 0 : manifest.meanLoss();
        return new StatisticsArtefact(
                StatisticsState.restored(
                        layers,
                        statistics,
                        gradientSum(reader, layers),
                        manifest.rows(),
                        manifest.totalWeight(),
                        meanLoss * manifest.totalWeight()),
                manifest.fisher().toFisher(),
                reader.manifest());
    }

    static StatisticsManifest manifest(ArtefactReader reader) {
        String place = reader.directory().child(Manifest.FILE).toString();
        return StatisticsManifest.read(reader.manifest(), place);
    }

    /**
     * Reads the mean gradient alone, by which a statistics artefact stands for a vector.
     *
     * @throws UserException if the rows had no labels, or the layers are not those given
     */
    public static ParameterVector readMeanGradient(Location directory, List<LayerShape> layers) {
        ArtefactReader reader = ArtefactReader.open(directory, FORMAT);
        ParameterVector mean = gradientSum(reader, layers)
                .orElseThrow(
                        () -> new UserException(noGradient(directory.toString(), reader.manifest()), Component.LABEL));
        double totalWeight = manifest(reader).totalWeight();
        if (totalWeight == 0) {
            throw new UserException(
                    directory + ": holds no rows with a positive weight, so no mean gradient; collect some first");
        }
        mean.scale(1 / totalWeight);
        return mean;
    }

    /**
     * Why statistics hold no gradient, and how to have one.
     *
     * @param place where they are
     * @param manifest that of the statistics
     */
    public static String noGradient(String place, ObjectNode manifest) {
        return manifest.has(TRAINING)
                ? place
                        + ": is a running average over the steps of a training, which holds no gradient; collect with the"
                        + " model that the training wrote beside it"
                : place + ": has no gradient, since its rows had no labels or it is the average of a training; collect"
                        + " again from rows with labels, or with the model of the training";
    }

    /** The kinds that an artefact holds, as its list of files says. */
    static List<StatisticKind> kinds(ArtefactReader reader) {
        return Arrays.stream(StatisticKind.values())
                .filter(kind -> reader.files().containsKey(kind.names().get(0)))
                .toList();
    }

    private static Optional<ParameterVector> gradientSum(ArtefactReader reader, List<LayerShape> layers) {
        return reader.files().containsKey(GRADIENT)
                ? Optional.of(ParameterFile.vector(reader.tensors(GRADIENT), layers))
                : Optional.empty();
    }

    private static List<Statistic> read(ArtefactReader reader, StatisticKind kind, List<LayerShape> layers) {
        Map<String, Tensors> files = new LinkedHashMap<>();
        kind.names().forEach(name -> files.put(name, reader.tensors(name)));
        List<Statistic> statistics = kind.empty(layers);
        List<String> keys = kind.keys(layers);
        for (int i = 0; i < keys.size(); i++) {
            try {
                statistics.get(i).restore(sums(files, keys.get(i)));
            } catch (IllegalArgumentException e) {
                throw new UserException(
                        reader.directory() + ": " + keys.get(i) + ": " + e.getMessage()
                                + "; collect again with this model",
                        e);
            }
        }
        return statistics;
    }

    private static Map<String, Entries> sums(Map<String, Tensors> files, String key) {
        Map<String, Entries> sums = new LinkedHashMap<>();
        files.forEach((name, tensors) -> {
            DenseTensor tensor = tensors.dense(key);
            if (tensor.shape().rank() != 1 && tensor.shape().rank() != 2) {
                throw new UserException(tensors.place() + ": tensor '" + key + "' is " + tensor.shape()
                        + " but should be a matrix; write the artefact again");
            }
            sums.put(name, tensor);
        });
        return sums;
    }
}
