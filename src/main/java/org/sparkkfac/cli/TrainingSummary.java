package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.io.training.Checkpoint;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.TrainingCounters;

/** What {@code kfac train} prints at its end. */
final class TrainingSummary {
    /** Losses that differ by less, relatively, do not differ. */
    private static final double ROUNDING = 1e-9;

    private TrainingSummary() {}

    /**
     * Steps and passes, the losses of the model that is written, and the seconds of the stages.
     *
     * @param steps as the metrics have them
     */
    static void print(
            PrintWriter out,
            TrainingResult result,
            Network model,
            Optional<Checkpoint> best,
            List<StepRecord> steps,
            TrainingRows rows,
            StageTimes stages) {
        TrainingCounters progress = result.state().progress();
        long n = rows.training().blocks().rows();
        out.printf(
                Locale.ROOT,
                "%s steps over %s rows: %.1f epochs, %.1f passes, %s in steps; ended by %s%n",
                Table.count(progress.step()),
                Table.count(n),
                (double) progress.rowsSeen() / n,
                (double) progress.rowsTouched() / n,
                StageTimes.duration(progress.seconds()),
                result.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        best.ifPresent(checkpoint -> out.println(
                "the model is that of step " + Table.count(checkpoint.step()) + ", the best in validation"));
        long indefinite = result.state().memory().indefiniteDowndates();
        if (indefinite > 0) {
            out.printf(
                    Locale.ROOT,
                    "in %s of %s steps F − ggᵀ was not positive definite and the perturbation went along F⁻¹d%n",
                    Table.count(indefinite),
                    Table.count(progress.step()));
        }
        ModelChoice choice = result.state().choice();
        int leftOut = choice == ModelChoice.SHORTENED || choice == ModelChoice.BEFORE ? 1 : 0;
        if (progress.consecutiveRejections() + leftOut > 0) {
            out.println(takenBack(progress.consecutiveRejections() + leftOut));
        }
        Evaluation fit = result.fit()
                .filter(known -> best.isEmpty())
                .orElseGet(() -> TrainingRows.evaluate(model, rows.training()));
        steps.stream()
                .filter(step -> step.step() == 1 && fit.meanLoss() >= (1 - ROUNDING) * step.loss())
                .findFirst()
                .ifPresent(first -> out.println(noLower(first)));
        out.print(losses(model, fit, rows));
        out.print(stages.summary());
        out.flush();
    }

    private static String takenBack(int steps) {
        return (steps == 1 ? "the last step" : "the last " + steps + " steps")
                + " made little or no progress: the loss rose or was not finite, and steps were shortened or taken back";
    }

    private static String noLower(StepRecord first) {
        return "the loss over all rows is no lower than " + Table.number(first.loss()) + ", that over the "
                + Table.count(first.rows()) + " rows of the first step: scale the features, or see"
                + " train.learning-rate.rate (train.damping where steps are adaptive)";
    }

    private static Table losses(Network model, Evaluation training, TrainingRows rows) {
        Table table = new Table("rows", "number", "loss", training.scoreName());
        add(table, "training", training);
        rows.validation().ifPresent(pass -> add(table, "validation", TrainingRows.evaluate(model, pass)));
        return table;
    }

    private static void add(Table table, String name, Evaluation evaluation) {
        table.add(
                name,
                Table.count(evaluation.rows()),
                Table.number(evaluation.meanLoss()),
                Table.number(evaluation.score()));
    }

    /** A signal ended the training: what is kept, and how to go on. */
    static void printStop(PrintWriter err, TrainingResult result, TrainingOutput output, boolean overwrite) {
        err.printf(
                Locale.ROOT,
                "kfac: stopped by a signal after step %s, which is kept in %s; the same command with --resume%s goes on%n",
                Table.count(result.state().progress().step()),
                output.checkpoints(),
                overwrite ? " in place of --overwrite" : "");
        err.flush();
    }
}
