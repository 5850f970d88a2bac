package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sparkkfac.linalg.Precision;

/** Seconds and passes to a training loss, against MLlib's perceptron. */
final class TrainingBench implements Bench {
    static final int[] SIZES = {784, 256, 10};

    private static final double MOST_SECONDS = 20;
    private static final double WARMUP_SECONDS = 4;
    private static final int WARMUP_ITERATIONS = 10;
    private static final long GRID_SEED = 100;

    /** The middle one of {@link Descent#TARGETS}, by which sides are compared. */
    private static final int COMPARED = 1;

    private static final String PLAIN = "MLlib as it comes";
    private static final String OPENBLAS = "MLlib with OpenBLAS";

    @Override
    public String name() {
        return "training";
    }

    @Override
    public String description() {
        return "784-256-10, sigmoid, softmax, on the 10,000 digits of jobs/fetch-mnist: seconds and passes to a training"
                + " loss of 0.1, 0.01, 0.001. Each side has a JVM of its own with the rows cached; the clock holds MLlib's"
                + " fit, or our making of blocks and our steps, and no evaluation of the loss, which thins out from four an epoch"
                + " to one after a twentieth more steps. Medians over as many seeds as"
                + " repetitions, all in turns, after a first run in that JVM that does not count (cold_: that first run,"
                + " MLlib's in one more JVM). Grids have eight ways each; the best is the one that is soonest at 0.01 with"
                + " one other seed; whoever takes longer than " + MOST_SECONDS + " s is stopped. --cases MLlib,kfac,adam,… runs some";
    }

    /** What is measured in a JVM of its own, many times. */
    private record Measured(String name, Forked worker, List<Descent> descents, String wish, Map<String, Object> cold) {
        static Measured of(String name, Forked worker, String wish) {
            return new Measured(name, worker, new ArrayList<>(), wish, new LinkedHashMap<>());
        }

        /** Runs with a seed, and what else its worker is to know. */
        void run(String seed) {
            descents.add(Descent.ofLine(worker.ask(String.format(wish, seed))));
        }

        Descent median() {
            return Descent.median(descents);
        }
    }

    @Override
    public void run(Setting setting, Results results) {
        Optional<Measured> plain = mllib(PLAIN, Forked.NO_NATIVE, setting);
        Optional<Measured> openBlas = mllib(OPENBLAS, List.of(), setting);
        List<Measured> theirs =
                Stream.of(plain, openBlas).flatMap(Optional::stream).toList();
        List<Measured> ours = ours(setting);
        for (int seed = 0; seed < setting.repetitions(); seed++) {
            System.err.printf("seed %d of 0 to %d%n", seed, setting.repetitions() - 1);
            String counts = theirs.isEmpty() ? "" : counts(theirs, seed);
            theirs.forEach(each -> each.run(counts));
            for (Measured each : ours) {
                each.run(Long.toString(seed));
            }
        }
        plain.ifPresent(side -> addCold(side, counts(theirs, 0), Forked.NO_NATIVE, setting));
        openBlas.ifPresent(side -> addCold(side, counts(theirs, 0), List.of(), setting));
        List<Measured> all = new ArrayList<>(theirs);
        all.addAll(ours);
        all.forEach(each -> each.worker().close());
        for (Measured each : all) {
            Map<String, Object> figures = figures(each);
            if (ours.contains(each)) {
                plain.ifPresent(side -> compare(each, side, "", figures));
                openBlas.ifPresent(side -> compare(each, side, "_openblas", figures));
            }
            results.add(each.name(), Precision.DOUBLE.toString(), figures);
        }
    }

    private static Optional<Measured> mllib(String name, List<String> options, Setting setting) {
        if (!setting.wants(name)) {
            return Optional.empty();
        }
        Measured side = Measured.of(name, perceptron(name, options, setting), PerceptronWorker.DESCEND + "%s");
        for (int warmup = 0; warmup < setting.warmups(); warmup++) {
            side.worker().ask(PerceptronWorker.FIT + GRID_SEED + " " + WARMUP_ITERATIONS);
        }
        return Optional.of(side);
    }

    /** A seed and how many iterations MLlib needs with it, which the side with the faster BLAS finds out. */
    private static String counts(List<Measured> theirs, long seed) {
        return seed + " " + theirs.get(theirs.size() - 1).worker().ask(PerceptronWorker.COUNT + seed);
    }

    private static Forked perceptron(String name, List<String> options, Setting setting) {
        return worker(name, options, PerceptronWorker.class, setting.master(), setting);
    }

    private static Forked worker(String name, List<String> options, Class<?> main, String where, Setting setting) {
        List<String> all = new ArrayList<>(options);
        all.add("-Xmx4g");
        return new Forked(
                name, Precision.DOUBLE, 0, all, main, where, setting.data().toString());
    }

    /** MLlib's first fit in a JVM, with as many iterations as a long one with the first seed needed. */
    private static void addCold(Measured side, String counts, List<String> options, Setting setting) {
        String iterations = counts.split(" ")[1 + COMPARED];
        Forked fresh = perceptron(side.name(), options, setting);
        side.cold().put(coldName(), Double.valueOf(fresh.ask(PerceptronWorker.FIT + "0 " + iterations)));
        fresh.close();
    }

    /** For each grid its first way and its best one, chosen in one JVM and to be measured in another. */
    private static List<Measured> ours(Setting setting) {
        List<List<TrainingVariant>> grids = TrainingVariant.grids();
        List<DescentWorker.Request> requests = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Forked chooser = worker("grid", List.of(), DescentWorker.class, Integer.toString(setting.threads()), setting);
        chooser.ask(request(0, 0, GRID_SEED, WARMUP_SECONDS).line()); // so that the first way is not judged cold
        for (int grid = 0; grid < grids.size(); grid++) {
            List<TrainingVariant> ways = grids.get(grid);
            if (setting.wants(ways.get(0).name())) {
                names.add(ways.get(0).name() + " default");
                requests.add(request(grid, 0, GRID_SEED, MOST_SECONDS));
                best(chooser, grid, ways.size()).ifPresent(way -> {
                    names.add(ways.get(way.way()).name() + " best of " + ways.size());
                    requests.add(way);
                });
            }
        }
        chooser.close();
        if (requests.isEmpty()) {
            return List.of();
        }
        Forked worker = worker("ours", List.of(), DescentWorker.class, Integer.toString(setting.threads()), setting);
        List<Measured> ours = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            DescentWorker.Request one = requests.get(i);
            String wish = String.format("%d %d %%s %d %s", one.grid(), one.way(), Descent.TARGETS.length, MOST_SECONDS);
            ours.add(Measured.of(names.get(i), worker, wish));
        }
        Descent cold = Descent.ofLine(worker.ask(String.format(ours.get(0).wish(), 0)));
        ours.get(0).cold().put(coldName(), cold.seconds()[COMPARED]);
        for (int warmup = 0; warmup < setting.warmups(); warmup++) {
            requests.forEach(
                    each -> worker.ask(request(each.grid(), each.way(), GRID_SEED, WARMUP_SECONDS).line()));
        }
        return ours;
    }

    private static DescentWorker.Request request(int grid, int way, long seed, double seconds) {
        return new DescentWorker.Request(grid, way, seed, COMPARED + 1, seconds);
    }

    /** A way is given up once it has taken longer than the best one before it. */
    private static Optional<DescentWorker.Request> best(Forked chooser, int grid, int ways) {
        Optional<DescentWorker.Request> best = Optional.empty();
        double soonest = MOST_SECONDS;
        for (int way = 0; way < ways; way++) {
            DescentWorker.Request request = request(grid, way, GRID_SEED, soonest);
            double seconds = Descent.ofLine(chooser.ask(request.line())).seconds()[COMPARED];
            if (seconds <= soonest) {
                best = Optional.of(request(grid, way, GRID_SEED, MOST_SECONDS));
                soonest = seconds;
            }
        }
        return best;
    }

    /** Losses that were not reached are left out. */
    private static Map<String, Object> figures(Measured measured) {
        Map<String, Object> figures = new LinkedHashMap<>();
        Descent median = measured.median();
        figures.put("repetitions", measured.descents().size());
        for (int t = 0; t < Descent.TARGETS.length; t++) {
            int target = t;
            if (Double.isFinite(median.seconds()[t])) {
                figures.put("seconds_to_" + Descent.TARGETS[t], median.seconds()[t]);
                figures.put(
                        "seconds_spread_" + Descent.TARGETS[t],
                        Timing.spread(measured.descents().stream()
                                .mapToDouble(each -> each.seconds()[target])
                                .toArray()));
                figures.put("passes_to_" + Descent.TARGETS[t], median.passes()[t]);
            }
        }
        figures.putAll(measured.cold());
        return figures;
    }

    private static void compare(Measured ours, Measured side, String suffix, Map<String, Object> figures) {
        Descent mine = ours.median();
        Descent theirs = side.median();
        if (Double.isFinite(mine.seconds()[COMPARED])) {
            String target = "_" + Descent.TARGETS[COMPARED] + suffix;
            figures.put("speedup" + target, theirs.seconds()[COMPARED] / mine.seconds()[COMPARED]);
            figures.put("share_of_passes" + target, mine.passes()[COMPARED] / theirs.passes()[COMPARED]);
        }
    }

    private static String coldName() {
        return "cold_seconds_to_" + Descent.TARGETS[COMPARED];
    }
}
