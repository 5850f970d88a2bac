package org.sparkkfac.io.artefact;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.manifest.ArtefactFile;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.StatisticKind;

/** What statistics must have in common to be added, decided by their manifests; and that no row is added twice. */
final class MergeRule {
    private static final String MEANT = ", or allow duplicates if that is meant";

    private final StatisticsPart a;
    private final StatisticsPart b;

    private MergeRule(StatisticsPart a, StatisticsPart b) {
        this.a = a;
        this.b = b;
    }

    /**
     * Refuses two parts that do not belong together.
     *
     * @param kinds what is to be added, or nothing for all that there is
     */
    static void checkPair(StatisticsPart a, StatisticsPart b, List<StatisticKind> kinds) {
        MergeRule rule = new MergeRule(a, b);
        rule.checkLayers();
        rule.checkSame(
                "the layers are the same but the model is not, fingerprint ",
                a.model(),
                b.model(),
                "collect both with the same description and weights");
        rule.checkFisher(a.manifest().fisher().toFisher(), b.manifest().fisher().toFisher());
        rule.checkSame(
                "the precision is ",
                a.precision(),
                b.precision(),
                "collect both with the same precision",
                Component.PRECISION);
        if (a.isLabelled() != b.isLabelled()) {
            throw rule.refusal(
                    "only " + (a.isLabelled() ? a : b) + " has loss and gradient",
                    "collect both with labels, or both without",
                    Component.LABEL);
        }
        rule.checkKinds(kinds);
    }

    /** Refuses kinds that a part does not have. */
    static void checkWanted(StatisticsPart part, List<StatisticKind> kinds) {
        for (StatisticKind kind : kinds) {
            if (!part.kinds().contains(kind)) {
                throw UserException.at(
                        Component.MERGE_KINDS,
                        part + " has no " + kind + ", only " + list(part.kinds())
                                + "; leave it out, or collect it there too");
            }
        }
    }

    /** Refuses parts that hold the same rows, directly or as parts of their own. */
    static void checkDisjoint(List<StatisticsPart> parts) {
        Map<Object, StatisticsPart> seen = new HashMap<>();
        for (StatisticsPart part : parts) {
            StatisticsPart same = seen.put(part.directory().path(), part);
            if (same != null) {
                String what = same.toString().equals(part.toString())
                        ? part + ": is given twice"
                        : same + " and " + part + ": are the same directory";
                throw new UserException(
                        what + ", so that its rows would count twice; name it once" + MEANT,
                        Component.MERGE_DUPLICATES);
            }
        }
        for (StatisticsPart part : parts) {
            for (String fingerprint : part.fingerprints()) {
                StatisticsPart other = seen.putIfAbsent(fingerprint, part);
                if (other != null) {
                    throw new UserException(
                            other + " and " + part + ": hold the same rows (data fingerprint " + fingerprint
                                    + "), which would count twice; leave one out" + MEANT,
                            Component.MERGE_DUPLICATES);
                }
            }
        }
    }

    private void checkLayers() {
        List<String> own = a.manifest().shapes().stream().map(LayerShape::name).toList();
        List<String> others =
                b.manifest().shapes().stream().map(LayerShape::name).toList();
        String mend = "collect both with the same model and the same layers";
        if (!own.equals(others)) {
            throw refusal("the layers are " + own + " and " + others, mend, Component.STATISTICS_LAYERS);
        }
        for (int l = 0; l < own.size(); l++) {
            LayerShape one = a.manifest().shapes().get(l);
            LayerShape other = b.manifest().shapes().get(l);
            if (!one.equals(other)) {
                throw refusal(
                        "layer " + one.name() + " is " + one.describe() + " and " + other.describe(),
                        mend,
                        Component.STATISTICS_LAYERS);
            }
        }
    }

    private void checkFisher(Fisher one, Fisher other) {
        String mend = "collect both with the same type and draws";
        if (one.type() != other.type()) {
            throw refusal(
                    "the Fisher matrix is " + one.type() + " and " + other.type(),
                    mend,
                    Component.FISHER_TYPE,
                    Component.FISHER_SAMPLES);
        }
        if (one.draws() != other.draws()) {
            throw refusal(
                    "the draws of a row are " + one.draws() + " and " + other.draws(), mend, Component.FISHER_SAMPLES);
        }
    }

    private void checkSame(
            String what, Optional<String> one, Optional<String> other, String mend, Component... components) {
        if (one.isPresent() && other.isPresent() && !one.equals(other)) {
            throw refusal(what + one.get() + " and " + other.get(), mend, components);
        }
    }

    private void checkKinds(List<StatisticKind> wanted) {
        if (wanted.isEmpty() && !a.kinds().equals(b.kinds())) {
            List<StatisticKind> both =
                    a.kinds().stream().filter(b.kinds()::contains).toList();
            throw refusal(
                    "the kinds are " + list(a.kinds()) + " and " + list(b.kinds()),
                    "collect both with the same kinds"
                            + (both.isEmpty() ? "" : ", or merge only what both have, " + list(both)),
                    Component.STATISTICS_KINDS,
                    Component.MERGE_KINDS);
        }
        if ((wanted.isEmpty() ? a.kinds() : wanted).contains(StatisticKind.EIGEN_CORRECTED) && !isSameBasis()) {
            throw refusal(
                    StatisticKind.EIGEN_CORRECTED + " was measured in two different eigenbases",
                    "collect it over the rows of both at once, or merge only "
                            + list(a.kinds().stream()
                                    .filter(kind -> kind != StatisticKind.EIGEN_CORRECTED)
                                    .toList()),
                    Component.MERGE_KINDS);
        }
    }

    /** The same digest means the same bits, since an artefact's bytes depend on nothing but the numbers in it. */
    private boolean isSameBasis() {
        return isSameFile(EigenCorrection.ACTIVATION_EIGENVECTORS) && isSameFile(EigenCorrection.GRADIENT_EIGENVECTORS);
    }

    private boolean isSameFile(String name) {
        ArtefactFile one = a.files().get(name);
        ArtefactFile other = b.files().get(name);
        return one != null && other != null && one.sha256().equals(other.sha256());
    }

    private UserException refusal(String what, String mend, Component... components) {
        return new UserException("cannot merge " + a + " and " + b + ": " + what + "; " + mend, components);
    }

    private static String list(List<StatisticKind> kinds) {
        return String.join(",", kinds.stream().map(StatisticKind::key).toList());
    }
}
