package org.sparkkfac.train.state;

/**
 * How far training has come.
 *
 * @param step steps made
 * @param cursor where the next batch begins
 * @param rowsSeen rows of all steps
 * @param rowsTouched rows gone through, statistics and trials included
 * @param jobs calls of the port
 * @param seconds time spent in steps
 * @param bestLoss lowest validation loss so far; infinite before the first
 * @param checksSinceBest validations since then
 * @param targetChecked rows that had been seen when all rows were last asked for the target loss; −1 before the first
 * @param consecutiveRejections steps in a row that were taken back
 * @param pending the last step, while its rows have not been asked whether it raised the objective
 * @param metricsPosition how far the metrics had come
 */
public record TrainingCounters(
        long step,
        BatchCursor cursor,
        long rowsSeen,
        long rowsTouched,
        long jobs,
        double seconds,
        double bestLoss,
        long checksSinceBest,
        long targetChecked,
        int consecutiveRejections,
        PendingStep pending,
        long metricsPosition) {
    /** Before the first step. */
    public static final TrainingCounters START = new TrainingCounters(
            0, BatchCursor.START, 0, 0, 0, 0, Double.POSITIVE_INFINITY, 0, -1, 0, PendingStep.NONE, 0);

    public TrainingCounters withStep(
            BatchCursor next, long rows, StepCost cost, int newRejections, PendingStep newPending) {
        return new TrainingCounters(
                step + 1,
                next,
                rowsSeen + rows,
                rowsTouched + cost.rowsTouched(),
                jobs + cost.jobs(),
                seconds + cost.seconds(),
                bestLoss,
                checksSinceBest,
                targetChecked,
                newRejections,
                newPending,
                metricsPosition);
    }

    public TrainingCounters withValidation(double loss) {
        return loss < bestLoss
                ? with(loss, 0, targetChecked, metricsPosition)
                : with(bestLoss, checksSinceBest + 1, targetChecked, metricsPosition);
    }

    public TrainingCounters withTargetChecked() {
        return with(bestLoss, checksSinceBest, rowsSeen, metricsPosition);
    }

    public TrainingCounters withMetrics(long position) {
        return with(bestLoss, checksSinceBest, targetChecked, position);
    }

    /** The same steps, of which something else is known. */
    private TrainingCounters with(double newBest, long newChecks, long newTargetChecked, long newPosition) {
        return new TrainingCounters(
                step,
                cursor,
                rowsSeen,
                rowsTouched,
                jobs,
                seconds,
                newBest,
                newChecks,
                newTargetChecked,
                consecutiveRejections,
                pending,
                newPosition);
    }
}
