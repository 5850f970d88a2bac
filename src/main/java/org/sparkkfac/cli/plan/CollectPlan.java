package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparkkfac.cli.console.Table;
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
        String text = "model: " + network + "\nrows: " + rows.text() + "\njob: " + cost.groups()
                + " task(s), one a group, on " + master + ", " + tasksAtOnce() + " at once" + PlanText.together(cost)
                + figures().table() + "work: " + Table.number(work.flopOfRow()) + " FLOP a row";
        String inAll = rows.count().isEmpty()
                ? "\n"
                : ", " + Table.number(rows.known() * work.flopOfRow()) + " in all\n"
                        + PlanText.time(work.seconds(pace, cost, (double) rows.known()), pace, Throughput.SHARE);
        return text + inAll + (fits() ? "fits\n" : "");
    }

    private PlanText figures() {
        PlanText figures = new PlanText();
        ObjectNode json = figures.json();
        json.put("command", "collect").put("model", network.toString()).put("master", master);
        PlanText.putRows(json, rows);
        json.put("tasks_at_once", tasksAtOnce());
        return figures.pass(cost).heaps(cost.limits(), cost.driverBytes(), cost.executorBytes());
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = figures().json();
        json.put("flop_a_row", work.flopOfRow());
        if (rows.count().isPresent()) {
            json.put("flop", rows.known() * work.flopOfRow());
            PlanText.putTime(json, work.seconds(pace, cost, (double) rows.known()), pace);
        }
        return json.put("fits", fits());
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
