package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.plan.CollectionWork;
import org.sparkkfac.spark.plan.PassCost;
import org.sparkkfac.spark.plan.Throughput;

/** What {@code kfac collect} would take. */
public record CollectPlan(
        Network network, EstimateInputs.Rows rows, String master, PassCost cost, CollectionWork work, Throughput pace)
        implements JobPlan {
    /** The plan, given the GFLOP/s of one thread. */
    public static CollectPlan of(EstimateInputs outlook, EstimateInputs.Rows rows, double gflops) {
        int groups = outlook.groups(rows);
        var plan = outlook.source().options().plan();
        return new CollectPlan(
                outlook.network(),
                rows,
                outlook.conf().get("spark.master"),
                PassCost.of(
                        plan.request(outlook.network()),
                        outlook.network(),
                        plan.precision(),
                        plan.blockRows(),
                        groups,
                        outlook.limits()),
                new CollectionWork(
                        plan, outlook.network(), outlook.source().data().label().isPresent()),
                new Throughput(gflops, outlook.tasksAtOnce()));
    }

    private int tasksAtOnce() {
        return Math.min(pace.threads(), cost.groups());
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("model: ").append(network).append('\n');
        text.append("rows: ").append(rows.text()).append('\n');
        text.append("job: ")
                .append(cost.groups())
                .append(" task(s), one a group, on ")
                .append(master)
                .append(", ")
                .append(tasksAtOnce())
                .append(" at once; sums come together ")
                .append(cost.shuffles() ? "by a shuffle of tiles" : "as results of the tasks")
                .append('\n');
        Table table = new Table("what", "takes", "of");
        PlanText.addPass(table, cost);
        PlanText.addHeaps(table, cost.limits(), cost.driverBytes(), cost.executorBytes());
        text.append(table);
        text.append("work: ").append(Table.number(work.flopOfRow())).append(" FLOP a row");
        if (rows.count().isPresent()) {
            text.append(", ")
                    .append(Table.number(rows.known() * work.flopOfRow()))
                    .append(" in all\n")
                    .append(PlanText.time(work.seconds(pace, cost, (double) rows.known()), pace, Throughput.SHARE));
        } else {
            text.append('\n');
        }
        return text.append(fits() ? "fits\n" : "").toString();
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("command", "collect").put("model", network.toString()).put("master", master);
        PlanText.putRows(json, rows);
        json.put("tasks_at_once", tasksAtOnce());
        PlanText.putPass(json, cost);
        PlanText.putHeaps(json, cost.limits(), cost.driverBytes(), cost.executorBytes());
        json.put("flop_a_row", work.flopOfRow());
        if (rows.count().isPresent()) {
            json.put("flop", rows.known() * work.flopOfRow());
            PlanText.putTime(json, work.seconds(pace, cost, (double) rows.known()), pace);
        }
        return json.put("fits", cost.problem().isEmpty());
    }

    @Override
    public boolean fits() {
        return cost.problem().isEmpty();
    }

    @Override
    public void check() {
        cost.check();
    }
}
