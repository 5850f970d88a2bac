package org.sparkkfac.train.optimiser;

import org.sparkkfac.train.acceptance.StepOutcome;
import org.sparkkfac.train.state.StepCost;

/** The figures of a step while it is made; NaN where an optimiser has none. */
public final class StepFigures {
    private int jobs;
    private long rowsTouched;
    private double dataSeconds;
    private double statisticsSeconds;
    private double inversionSeconds;
    private StepChoice choice = StepChoice.NONE;
    private StepOutcome outcome = StepOutcome.TAKEN;
    private boolean checked;

    public void addJob(long rows, double seconds) {
        jobs++;
        rowsTouched += rows;
        dataSeconds += seconds;
    }

    public void addStatistics(double seconds) {
        statisticsSeconds += seconds;
    }

    public void addInversion(double seconds) {
        inversionSeconds += seconds;
    }

    public void choose(StepChoice newChoice) {
        choice = newChoice;
    }

    public void end(StepOutcome newOutcome) {
        outcome = newOutcome;
    }

    /** The optimiser has asked the loss of the step's rows at where the step leads. */
    public void markChecked() {
        checked = true;
    }

    public boolean isChecked() {
        return checked;
    }

    public StepChoice choice() {
        return choice;
    }

    public StepOutcome outcome() {
        return outcome;
    }

    public StepCost cost(double seconds) {
        return new StepCost(jobs, rowsTouched, dataSeconds, statisticsSeconds, inversionSeconds, seconds);
    }
}
