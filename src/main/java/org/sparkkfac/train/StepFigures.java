package org.sparkkfac.train;

/** The figures of a step while it is made; NaN where an optimiser has none. */
final class StepFigures {
    private int jobs;
    private long rowsTouched;
    private double dataSeconds;
    private double statisticsSeconds;
    private double inversionSeconds;
    private StepChoice choice = StepChoice.NONE;
    private StepOutcome outcome = StepOutcome.TAKEN;
    private boolean checked;

    void addJob(long rows, double seconds) {
        jobs++;
        rowsTouched += rows;
        dataSeconds += seconds;
    }

    void addStatistics(double seconds) {
        statisticsSeconds += seconds;
    }

    void addInversion(double seconds) {
        inversionSeconds += seconds;
    }

    void choose(StepChoice newChoice) {
        choice = newChoice;
    }

    void end(StepOutcome newOutcome) {
        outcome = newOutcome;
    }

    /** The optimiser has asked the loss of the step's rows at where the step leads. */
    void markChecked() {
        checked = true;
    }

    boolean isChecked() {
        return checked;
    }

    StepChoice choice() {
        return choice;
    }

    StepOutcome outcome() {
        return outcome;
    }

    StepCost cost(double seconds) {
        return new StepCost(jobs, rowsTouched, dataSeconds, statisticsSeconds, inversionSeconds, seconds);
    }
}
