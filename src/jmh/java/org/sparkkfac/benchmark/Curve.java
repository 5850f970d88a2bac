package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.sparkkfac.NumericalException;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Environment;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.state.TrainingState;

/** What a training looked like each time it was looked at, which is outside its clock. */
final class Curve implements Metrics {
    /**
     * A look at it.
     *
     * @param step after how many steps
     * @param passes rows gone through, those of statistics, products and trials included, over those of the dataset
     * @param seconds in steps
     * @param loss mean over the rows that are watched
     * @param score accuracy or R² on them
     */
    record Point(long step, double passes, double seconds, double loss, double score) {}

    private static final long SPARSE = 20;

    private final double rows;
    private final List<Point> points = new ArrayList<>();
    private double touched;
    private double seconds;

    private Curve(double rows) {
        this.rows = rows;
    }

    /**
     * Trains.
     *
     * @param watched the rows of the looks, which come as often as the settings say
     * @param isOver whether to stop, asked after every step
     */
    static Curve of(
            Network network,
            Pass training,
            Pass watched,
            TrainingSettings settings,
            int threads,
            Predicate<Curve> isOver) {
        Curve curve = new Curve((double) training.blocks().rows());
        try {
            Trainer.of(network, training, settings)
                    .withValidation(watched)
                    .withMetrics(curve)
                    .in(Environment.ofThisMachine(threads).withStop(() -> isOver.test(curve)))
                    .train();
        } catch (NumericalException diverged) {
            System.err.println(diverged.getMessage());
        }
        return curve;
    }

    /**
     * Trains with looks at all of its rows that thin out: the next comes after a twentieth more steps, but at least a period.
     * So what is read off the curve is exact to a period or one part in twenty, and whether to stop is asked only then.
     *
     * @param period a look comes after so many steps, or a multiple of it
     * @param settings how to train up to so many steps, without looks of their own
     */
    static Curve ofSparseLooks(
            Network network,
            Pass training,
            long period,
            LongFunction<TrainingSettings> settings,
            int threads,
            Predicate<Curve> isOver) {
        Curve curve = new Curve((double) training.blocks().rows());
        TrainingState state = TrainingState.start(network.parameters());
        try {
            long periods = 0;
            do {
                periods += Math.max(1, periods / SPARSE);
                state = Trainer.of(network, training, settings.apply(periods * period))
                        .withValidation(training) // which comes after the last step of each part
                        .withMetrics(curve)
                        .in(Environment.ofThisMachine(threads))
                        .train(state)
                        .state();
            } while (!isOver.test(curve));
        } catch (NumericalException diverged) {
            System.err.println(diverged.getMessage());
        }
        return curve;
    }

    @Override
    public void add(StepRecord step) {
        seconds += step.cost().seconds();
        touched += (double) step.cost().rowsTouched();
        step.validation().ifPresent(look -> {
            Point point = new Point(step.step(), touched / rows, seconds, look.loss(), look.score());
            points.add(point);
            System.err.printf(
                    "step %d, %.2f passes, %.1f s: loss %.5g, score %.4f%n",
                    point.step(), point.passes(), point.seconds(), point.loss(), point.score());
        });
    }

    @Override
    public long position() {
        return 0;
    }

    /** Seconds in steps so far. */
    double seconds() {
        return seconds;
    }

    List<Point> points() {
        return List.copyOf(points);
    }

    /** The first look at which this held. */
    Optional<Point> first(Predicate<Point> condition) {
        return points.stream().filter(condition).findFirst();
    }
}
