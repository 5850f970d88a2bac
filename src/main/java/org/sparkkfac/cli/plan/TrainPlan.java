package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;
import org.sparkkfac.Quantities;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.plan.InversionPlan;
import org.sparkkfac.spark.plan.KeptRows;
import org.sparkkfac.spark.plan.PassCost;
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
        StringBuilder text = new StringBuilder();
        text.append("model: ").append(network).append('\n');
        text.append("rows to train on: ").append(rows.text()).append('\n');
        validation.ifPresent(
                some -> text.append("rows to validate on: ").append(some.text()).append('\n'));
        text.append(steps());
        Table table = new Table("what", "takes", "of");
        PlanText.addPass(table, cost.largest());
        KeptRows kept = cost.kept();
        table.add(
                "rows kept, each executor",
                Quantities.size(kept.inMemory()) + (kept.onDisk() > 0 ? ", rest on disk" : ""),
                Quantities.size(kept.room()));
        TrainingCost.Driver driver = cost.driver();
        table.add("parameters and what a step makes of them", Quantities.size(driver.vectors()), "");
        table.add("averaged statistics", Quantities.size(driver.averages()), "");
        table.add("inverses, with those to come", Quantities.size(driver.inverses() + driver.candidates()), "");
        InversionPlan inversion = cost.inversion();
        table.add(
                inversion.tasks().isEmpty()
                        ? "room for the inversion of a layer"
                        : "room for the inversion of a layer, by tasks: " + String.join(", ", inversion.tasks()),
                Quantities.size(inversion.driver().heap()),
                "");
        table.add(
                "beside the heap, of LAPACK", Quantities.size(inversion.driver().outside()), "");
        table.add("state in a checkpoint", Quantities.size(driver.checkpoint()), "");
        PlanText.addHeaps(table, cost.limits(), cost.driverBytes(), cost.executorBytes());
        text.append(table);
        text.append("the driver holds the most while ")
                .append(cost.peak().getKey())
                .append('\n');
        text.append("work: ").append(Table.number(work.flopOfRow())).append(" FLOP a row, ");
        text.append(Table.number(work.flopOfDriver())).append(" a step on the driver");
        if (rows.count().isPresent()) {
            text.append("; ")
                    .append(Table.number(work.batch() * work.flopOfRow() + work.flopOfDriver()))
                    .append(" a step, ")
                    .append(Table.number(work.flopOfEpoch()))
                    .append(" an epoch\n");
            text.append("a step takes roughly ")
                    .append(Table.number(work.step(pace, (double) work.batch())))
                    .append(" s\n");
            text.append(PlanText.time(work.seconds(pace), pace, Throughput.STEP_SHARE));
        } else {
            text.append('\n');
        }
        return text.append(fits() ? "fits\n" : "").toString();
    }

    private String steps() {
        PassCost largest = cost.largest();
        StringBuilder text = new StringBuilder("steps: ");
        if (rows.count().isPresent()) {
            long steps = work.length().steps();
            text.append(steps == Long.MAX_VALUE ? "no end by steps or epochs" : Table.count(steps))
                    .append(", the first of ")
                    .append(Table.count(work.batch()))
                    .append(" rows; ");
        }
        return text.append("about ")
                .append(Table.number(work.jobs()))
                .append(" job(s) each, of up to ")
                .append(tasks())
                .append(" task(s) on ")
                .append(master)
                .append("; sums come together ")
                .append(largest.shuffles() ? "by a shuffle of tiles" : "as results of the tasks")
                .append('\n')
                .toString();
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("command", "train").put("model", network.toString()).put("master", master);
        PlanText.putRows(json, rows);
        validation.ifPresent(some -> PlanText.putRows(json.putObject("validation"), some));
        json.put("jobs_a_step", work.jobs()).put("tasks_a_step", tasks());
        PlanText.putPass(json, cost.largest());
        json.put("kept_bytes", cost.kept().bytes());
        json.put("kept_in_memory_bytes", cost.kept().inMemory());
        json.put("kept_on_disk_bytes", cost.kept().onDisk());
        TrainingCost.Driver driver = cost.driver();
        json.putObject("driver")
                .put("parameter_bytes", driver.vectors())
                .put("average_bytes", driver.averages())
                .put("inverse_bytes", driver.inverses() + driver.candidates())
                .put("working_bytes", cost.inversion().driver().heap())
                .put("native_bytes", cost.inversion().driver().outside())
                .put("checkpoint_bytes", driver.checkpoint());
        cost.phases()
                .forEach((phase, bytes) ->
                        json.withObject("/driver_heap_bytes_while").put(phase.replace(' ', '_'), bytes));
        cost.inversion().tasks().forEach(json.putArray("layers_inverted_by_tasks")::add);
        PlanText.putHeaps(json, cost.limits(), cost.driverBytes(), cost.executorBytes());
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
