package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;
import org.sparkkfac.Quantities;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.plan.InversionPlan;
import org.sparkkfac.spark.plan.KeptRows;
import org.sparkkfac.spark.plan.Throughput;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.spark.plan.TrainingWork;

/**
 * What {@code kfac train} would take.
 *
 * @param cost with all the rows that there may be
 * @param least with those that are sure to be kept: what does not fit then is refused
 */
public record TrainPlan(
        Network network,
        EstimateInputs.Rows rows,
        Optional<EstimateInputs.Rows> validation,
        String master,
        TrainingCost cost,
        TrainingCost least,
        TrainingWork work,
        Throughput pace)
        implements JobPlan {
    /** The plan, given the GFLOP/s of one thread. */
    public static TrainPlan of(EstimateInputs outlook, EstimateInputs.Rows rows, double gflops) {
        Optional<EstimateInputs.Rows> validation = RowSource.ofValidation(
                        outlook.config(), outlook.source().hadoop())
                .map(source -> outlook.rows(source, OptionalLong.empty()));
        long watched = validation.map(EstimateInputs.Rows::known).orElse(0L);
        int groups = outlook.groups(rows);
        return new TrainPlan(
                outlook.network(),
                rows,
                validation,
                outlook.conf().get("spark.master"),
                outlook.training(groups, rows.known() + watched),
                outlook.training(
                        groups,
                        rows.certain()
                                + validation.map(EstimateInputs.Rows::certain).orElse(0L)),
                new TrainingWork(
                        outlook.config().train().training(),
                        outlook.network(),
                        Math.max(1, rows.known()),
                        watched,
                        groups),
                new Throughput(gflops, outlook.tasksAtOnce()));
    }

    private int tasks() {
        return rows.count().isPresent()
                ? work.tasks((double) work.batch())
                : cost.passes().get(0).groups();
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("model: " + network + "\nrows to train on: " + rows.text() + "\n");
        validation.ifPresent(
                some -> text.append("rows to validate on: ").append(some.text()).append('\n'));
        text.append(steps());
        text.append(figures().table());
        text.append("the driver holds the most while ")
                .append(cost.peak().getKey())
                .append('\n');
        text.append("work: ").append(Table.number(work.flopOfRow())).append(" FLOP a row, ");
        text.append(Table.number(work.flopOfDriver())).append(" a step on the driver");
        return text.append(rows.count().isPresent() ? times() : "\n")
                .append(fits() ? "fits\n" : "")
                .toString();
    }

    private String times() {
        return "; " + Table.number(work.batch() * work.flopOfRow() + work.flopOfDriver()) + " a step, "
                + Table.number(work.flopOfEpoch()) + " an epoch\na step takes roughly "
                + Table.number(work.step(pace, (double) work.batch())) + " s\n"
                + PlanText.time(work.seconds(pace), pace, Throughput.STEP_SHARE);
    }

    private String steps() {
        String first = "";
        if (rows.count().isPresent()) {
            long steps = work.length().steps();
            first = (steps == Long.MAX_VALUE ? "no end by steps or epochs" : Table.count(steps)) + ", the first of "
                    + Table.count(work.batch()) + " rows; ";
        }
        return "steps: " + first + "about " + Table.number(work.jobs()) + " job(s) each, of up to " + tasks()
                + " task(s) on " + master + PlanText.together(cost.largest());
    }

    private PlanText figures() {
        PlanText figures = new PlanText();
        ObjectNode json = figures.json();
        json.put("command", "train").put("model", network.toString()).put("master", master);
        PlanText.putRows(json, rows);
        validation.ifPresent(some -> PlanText.putRows(json.putObject("validation"), some));
        json.put("jobs_a_step", work.jobs()).put("tasks_a_step", tasks());
        figures.pass(cost.largest());
        KeptRows kept = cost.kept();
        json.put("kept_bytes", kept.bytes()).put("kept_in_memory_bytes", kept.inMemory());
        json.put("kept_on_disk_bytes", kept.onDisk());
        figures.table()
                .add(
                        "rows kept, each executor",
                        Quantities.size(kept.inMemory()) + (kept.onDisk() > 0 ? ", rest on disk" : ""),
                        Quantities.size(kept.room()));
        driver(figures.under("driver"));
        cost.phases()
                .forEach((phase, bytes) ->
                        json.withObject("/driver_heap_bytes_while").put(phase.replace(' ', '_'), bytes));
        cost.inversion().tasks().forEach(json.putArray("layers_inverted_by_tasks")::add);
        return figures.heaps(cost.limits(), cost.driverBytes(), cost.executorBytes());
    }

    private void driver(PlanText figures) {
        TrainingCost.Driver driver = cost.driver();
        InversionPlan inversion = cost.inversion();
        String room = "room for the inversion of a layer"
                + (inversion.tasks().isEmpty() ? "" : ", by tasks: " + String.join(", ", inversion.tasks()));
        figures.size("parameters and what a step makes of them", "parameter_bytes", driver.vectors())
                .size("averaged statistics", "average_bytes", driver.averages())
                .size("inverses, with those to come", "inverse_bytes", driver.inverses() + driver.candidates())
                .size(room, "working_bytes", inversion.driver().heap())
                .size(
                        "beside the heap, of LAPACK",
                        "native_bytes",
                        inversion.driver().outside())
                .size("state in a checkpoint", "checkpoint_bytes", driver.checkpoint());
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = figures().json();
        json.put("flop_a_row", work.flopOfRow()).put("driver_flop_a_step", work.flopOfDriver());
        if (rows.count().isPresent()) {
            json.put("rows_a_step", work.batch()).put("flop_an_epoch", work.flopOfEpoch());
            if (work.length().steps() < Long.MAX_VALUE) {
                json.put("steps", work.length().steps());
            }
            json.put("seconds_a_step", work.step(pace, (double) work.batch()));
            PlanText.putTime(json, work.seconds(pace), pace);
        }
        return json.put("fits", fits());
    }

    @Override
    public boolean fits() {
        return least.problem().isEmpty();
    }

    @Override
    public void check() {
        least.check();
    }
}
