package org.sparkkfac.io.artefact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.StatisticKind;

/** What statistics must have in common to be added, decided by their manifests; and that no row is added twice. */
final class MergeRule {
    private static final List<String> BASIS =
            List.of(EigenCorrection.ACTIVATION_EIGENVECTORS, EigenCorrection.GRADIENT_EIGENVECTORS);

    private MergeRule() {}

    /**
     * Refuses two parts that do not belong together.
     *
     * @param kinds what is to be added, or nothing for all that there is
     */
    static void checkPair(StatisticsPart a, StatisticsPart b, List<StatisticKind> kinds) {
        layers(a, b)
                .ifPresent(
                        what -> refuse(a, b, what, "collect both with the same model and the same statistics.layers"));
        differ(a.model(), b.model())
                .ifPresent(which -> refuse(
                        a,
                        b,
                        "the layers are the same but the model is not, fingerprint " + which,
                        "collect both with the same model.json and weights"));
        fisher(a.fisher(), b.fisher())
                .ifPresent(which -> refuse(a, b, which, "collect both with the same fisher.type and fisher.samples"));
        differ(a.precision(), b.precision())
                .ifPresent(which -> refuse(
                        a, b, "statistics.precision is " + which, "collect both with the same statistics.precision"));
        if (a.labelled() != b.labelled()) {
            StatisticsPart labelled = a.labelled() ? a : b;
            refuse(
                    a,
                    b,
                    "only " + labelled + " has loss and gradient",
                    "collect both with data.label, or both without");
        }
        checkKinds(a, b, kinds);
        if ((kinds.isEmpty() ? a.kinds() : kinds).contains(StatisticKind.EIGEN_CORRECTED) && !isSameBasis(a, b)) {
            refuse(
                    a,
                    b,
                    StatisticKind.EIGEN_CORRECTED + " was measured in two different eigenbases",
                    "collect it over the rows of both at once, or leave it out with --kinds "
                            + without(StatisticKind.EIGEN_CORRECTED, a.kinds()));
        }
    }

    /** Refuses kinds that a part does not have. */
    static void checkWanted(StatisticsPart part, List<StatisticKind> kinds) {
        for (StatisticKind kind : kinds) {
            if (!part.kinds().contains(kind)) {
                throw new UserException("--kinds: " + part + " has no " + kind + ", only " + list(part.kinds())
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
                String twice = same.toString().equals(part.toString())
                        ? part + ": is given twice"
                        : same + " and " + part + ": are the same directory";
                throw new UserException(twice + ", so that its rows would count twice; name it once, or add"
                        + " --allow-duplicates if that is meant");
            }
        }
        for (StatisticsPart part : parts) {
            for (String fingerprint : part.fingerprints()) {
                StatisticsPart other = seen.putIfAbsent(fingerprint, part);
                if (other != null) {
                    throw new UserException(other + " and " + part + ": hold the same rows (data fingerprint "
                            + fingerprint + "), which would count twice; leave one out, or add --allow-duplicates if"
                            + " that is meant");
                }
            }
        }
    }

    private static void checkKinds(StatisticsPart a, StatisticsPart b, List<StatisticKind> wanted) {
        if (!wanted.isEmpty() || a.kinds().equals(b.kinds())) {
            return;
        }
        List<StatisticKind> onlyA = without(b.kinds(), a.kinds());
        List<StatisticKind> onlyB = without(a.kinds(), b.kinds());
        List<StatisticKind> both = without(onlyA, a.kinds());
        String what = (onlyA.isEmpty() ? "" : list(onlyA) + " is only in " + a)
                + (onlyA.isEmpty() || onlyB.isEmpty() ? "" : " and ")
                + (onlyB.isEmpty() ? "" : list(onlyB) + " only in " + b);
        refuse(
                a,
                b,
                onlyA.isEmpty() ? what.replaceFirst(" only in ", " is only in ") : what,
                "collect both with the same statistics.kinds"
                        + (both.isEmpty() ? "" : ", or merge what both have with --kinds " + list(both)));
    }

    /** The same digest means the same bits, since an artefact's bytes depend on nothing but the numbers in it. */
    private static boolean isSameBasis(StatisticsPart a, StatisticsPart b) {
        return BASIS.stream()
                .allMatch(name -> a.files().containsKey(name)
                        && b.files().containsKey(name)
                        && Objects.equals(
                                a.files().get(name).digest(),
                                b.files().get(name).digest()));
    }

    private static Optional<String> layers(StatisticsPart a, StatisticsPart b) {
        List<String> namesA = a.layers().stream().map(LayerShape::name).toList();
        List<String> namesB = b.layers().stream().map(LayerShape::name).toList();
        if (!namesA.equals(namesB)) {
            return Optional.of("the layers are " + namesA + " and " + namesB);
        }
        for (int l = 0; l < namesA.size(); l++) {
            LayerShape one = a.layers().get(l);
            LayerShape other = b.layers().get(l);
            if (!one.equals(other)) {
                return Optional.of("layer " + one.name() + " is " + one.describe() + " and " + other.describe());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> fisher(Fisher a, Fisher b) {
        if (a.type() != b.type()) {
            return Optional.of("fisher.type is " + a.type() + " and " + b.type());
        }
        return a.type() == Fisher.Type.MONTE_CARLO && a.samples() != b.samples()
                ? Optional.of("fisher.samples is " + a.samples() + " and " + b.samples())
                : Optional.empty();
    }

    private static Optional<String> differ(Optional<String> a, Optional<String> b) {
        return a.isPresent() && b.isPresent() && !a.equals(b)
                ? Optional.of(a.get() + " and " + b.get())
                : Optional.empty();
    }

    private static void refuse(StatisticsPart a, StatisticsPart b, String what, String mend) {
        throw new UserException("cannot merge " + a + " and " + b + ": " + what + "; " + mend);
    }

    private static List<StatisticKind> without(List<StatisticKind> some, List<StatisticKind> all) {
        List<StatisticKind> rest = new ArrayList<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static String without(StatisticKind one, List<StatisticKind> all) {
        return list(without(List.of(one), all));
    }

    private static String list(List<StatisticKind> kinds) {
        return String.join(",", kinds.stream().map(StatisticKind::key).toList());
    }
}
