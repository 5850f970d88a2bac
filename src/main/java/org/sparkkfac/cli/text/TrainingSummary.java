package org.sparkkfac.cli.text;

import java.util.Locale;
import org.sparkkfac.Quantities;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.spark.Trained;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;

/** What {@code kfac train} says at its end: steps and passes, and the losses of the model that is written. */
public final class TrainingSummary {
    /** Losses that differ by less, relatively, do not differ. */
    private static final double ROUNDING = 1e-9;

    private TrainingSummary() {}

    /** The lines. */
    public static String of(Trained trained) {
        TrainingState state = trained.result().state();
        TrainingCounters progress = state.progress();
        StringBuilder text = new StringBuilder(headline(trained, progress));
        trained.bestStep()
                .ifPresent(step -> text.append("the model is that of step ")
                        .append(Table.count(step))
                        .append(", the best in validation\n"));
        long indefinite = state.optimiser().indefiniteDowndates();
        if (indefinite > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "in %s of %s steps F − ggᵀ was not positive definite and the perturbation went along F⁻¹d%n",
                    Table.count(indefinite),
                    Table.count(progress.step())));
        }
        ModelChoice choice = state.choice();
        int leftOut = choice == ModelChoice.SHORTENED || choice == ModelChoice.BEFORE ? 1 : 0;
        if (progress.consecutiveRejections() + leftOut > 0) {
            text.append(takenBack(progress.consecutiveRejections() + leftOut));
        }
        trained.steps().stream()
                .filter(step -> step.step() == 1 && trained.training().meanLoss() >= (1 - ROUNDING) * step.loss())
                .findFirst()
                .ifPresent(first -> text.append(noLower(first)));
        return text.append(losses(trained)).toString();
    }

    private static String headline(Trained trained, TrainingCounters progress) {
        return String.format(
                Locale.ROOT,
                "%s steps over %s rows: %.1f epochs, %.1f passes, %s in steps; ended by %s%n",
                Table.count(progress.step()),
                Table.count(trained.rows()),
                (double) progress.rowsSeen() / trained.rows(),
                (double) progress.rowsTouched() / trained.rows(),
                Quantities.duration(progress.seconds()),
                trained.result().reason().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    private static String takenBack(int steps) {
        return (steps == 1 ? "the last step" : "the last " + steps + " steps")
                + " made little or no progress: the loss rose or was not finite, and steps were shortened or taken back\n";
    }

    private static String noLower(StepRecord first) {
        return "the loss over all rows is no lower than " + Table.number(first.loss()) + ", that over the "
                + Table.count(first.rows()) + " rows of the first step: scale the features, or see"
                + " train.learning-rate.rate (train.damping where steps are adaptive)\n";
    }

    private static Table losses(Trained trained) {
        Table table = new Table("rows", "number", "loss", trained.training().scoreName());
        add(table, "training", trained.training());
        trained.validation().ifPresent(watched -> add(table, "validation", watched));
        return table;
    }

    private static void add(Table table, String name, Evaluation evaluation) {
        table.add(
                name,
                Table.count(evaluation.rows()),
                Table.number(evaluation.meanLoss()),
                Table.number(evaluation.score()));
    }
}
