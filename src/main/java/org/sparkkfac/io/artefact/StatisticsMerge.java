package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.manifest.SkippedAccount;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/**
 * The weighted sum of statistics artefacts: {@code Σ_k w_k S_k}, with {@code Σ_k w_k W_k} as its total weight, in the
 * given order. With all {@code w_k = 1} it is, to rounding, what one collection over all rows gives.
 *
 * <p>{@link #of} looks at the manifests and refuses what does not belong together; {@link #sum} then holds one part at
 * a time in memory beside the sum.
 */
public final class StatisticsMerge {
    /** {@code <sum of the rows' hashes>-<rows>}, by which the fingerprint of a union is known from those of its parts. */
    private static final Pattern FINGERPRINT = Pattern.compile("([0-9a-f]{16})-([0-9]{1,18})");

    private final List<StatisticsPart> parts;
    private final List<StatisticKind> kinds;

    private StatisticsMerge(List<StatisticsPart> parts, List<StatisticKind> kinds) {
        this.parts = parts;
        this.kinds = kinds;
    }

    /**
     * Opens the parts.
     *
     * @param directories one or more statistics artefacts
     * @param weights w_k, one for each directory
     * @param kinds what to add; nothing means all, which all parts must then have
     * @param allowDuplicates whether rows may be counted twice
     * @throws UserException if a weight is negative or not finite, or two parts do not belong together
     */
    public static StatisticsMerge of(
            List<Location> directories, List<Double> weights, List<StatisticKind> kinds, boolean allowDuplicates) {
        checkWeights(directories, weights);
        List<StatisticsPart> parts = new ArrayList<>();
        for (int k = 0; k < directories.size(); k++) {
            StatisticsPart part = StatisticsPart.open(directories.get(k), weights.get(k));
            MergeRule.checkWanted(part, kinds);
            if (k > 0) {
                MergeRule.checkPair(parts.get(0), part, kinds);
            }
            parts.add(part);
        }
        if (!allowDuplicates) {
            MergeRule.checkDisjoint(parts);
        }
        if (!(parts.stream()
                        .mapToDouble(part -> part.weight() * part.totalWeight())
                        .sum()
                > 0)) {
            throw UserException.at(
                    Component.MERGE_WEIGHTS,
                    weights + " would leave nothing of the rows; give one of the directories a positive weight");
        }
        return new StatisticsMerge(parts, kinds.isEmpty() ? parts.get(0).kinds() : List.copyOf(kinds));
    }

    private static void checkWeights(List<Location> directories, List<Double> weights) {
        if (directories.isEmpty() || weights.size() != directories.size()) {
            throw UserException.at(
                    Component.MERGE_WEIGHTS,
                    weights.size() + " for " + directories.size() + " directories; give each one, in the same order");
        }
        for (double weight : weights) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw UserException.at(Component.MERGE_WEIGHTS, "must be finite numbers ≥ 0, not " + weight);
            }
        }
    }

    /** The parts, in order. */
    public List<StatisticsPart> parts() {
        return List.copyOf(parts);
    }

    /** Over which labels the Fisher matrix was taken; with the first part's seed. */
    public Fisher fisher() {
        return parts.get(0).manifest().fisher().toFisher();
    }

    /** As {@link #sum(Consumer)}, without a listener. */
    public StatisticsState sum() {
        return sum(part -> {});
    }

    /**
     * Reads the parts and adds them.
     *
     * @param added receives each part after it has been added
     * @throws UserException if a part is damaged
     * @throws NumericalException if the sum overflows
     */
    public StatisticsState sum(Consumer<StatisticsPart> added) {
        StatisticsState sum = read(parts.get(0));
        added.accept(parts.get(0));
        for (StatisticsPart part : parts.subList(1, parts.size())) {
            sum.merge(read(part));
            added.accept(part);
        }
        sum.firstNonFinite().ifPresent(what -> {
            throw new NumericalException(what + " is NaN or infinite in the sum; give the parts smaller weights");
        });
        return sum;
    }

    private StatisticsState read(StatisticsPart part) {
        StatisticsState statistics =
                StatisticsArtefact.read(part.directory(), kinds).statistics();
        if (part.weight() != 1) {
            statistics.scale(part.weight());
        }
        return statistics;
    }

    /**
     * Where the sum comes from: the first part's configuration, the parts under {@code merged} (those of a part that is a
     * sum itself in its place), and what all have in common.
     */
    public Provenance provenance(ObjectNode software) {
        ObjectNode data = Json.object();
        fingerprint().ifPresent(fingerprint -> data.put("fingerprint", fingerprint));
        ArrayNode merged = Json.object().putArray("merged");
        parts.forEach(part -> part.addTo(merged));
        SkippedRows skipped = new SkippedRows();
        parts.forEach(part -> skipped.merge(part.manifest().allSkipped()));
        Provenance provenance = new Provenance(parts.get(0).json().withObject("/config"), data, software)
                .with("blas", Json.object().put("backend", blas("backend")).put("kernel", blas("kernel")))
                .with("skipped", LongNode.valueOf(skipped.count()));
        SkippedAccount account = SkippedAccount.of(skipped);
        if (account != null) {
            provenance = provenance.with("skipped_rows", Json.object(account));
        }
        if (allHave(StatisticsPart::precision)) {
            provenance = provenance.with(
                    "precision", TextNode.valueOf(parts.get(0).precision().orElseThrow()));
        }
        if (allHave(StatisticsPart::model)) {
            provenance = provenance.with(
                    "model",
                    Json.object().put("fingerprint", parts.get(0).model().orElseThrow()));
        }
        return provenance.with("merged", merged);
    }

    /** Adding needs no BLAS: what counts is which ones the parts were computed with. */
    private String blas(String key) {
        return parts.stream()
                .map(part -> part.json().path("blas").path(key).asText("unknown"))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private boolean allHave(Function<StatisticsPart, Optional<String>> key) {
        return parts.stream().allMatch(part -> key.apply(part).isPresent());
    }

    /** The fingerprint that one collection over the rows of all parts would have. */
    private Optional<String> fingerprint() {
        long hash = 0;
        long rows = 0;
        for (StatisticsPart part : parts) {
            Matcher matcher = FINGERPRINT.matcher(part.fingerprint().orElse(""));
            if (!matcher.matches()) {
                return Optional.empty();
            }
            hash += Long.parseUnsignedLong(matcher.group(1), 16);
            rows += Long.parseLong(matcher.group(2));
        }
        return Optional.of(String.format(Locale.ROOT, "%016x-%d", hash, rows));
    }
}
