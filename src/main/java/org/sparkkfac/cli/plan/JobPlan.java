package org.sparkkfac.cli.plan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.text.Answer;

/** What a command would take. */
public interface JobPlan extends Answer {
    /** What can be planned. */
    enum Kind {
        COLLECT,
        TRAIN;

        private static final Logger LOG = LoggerFactory.getLogger(JobPlan.class);

        /** The one that a configuration is for. */
        public static Kind of(KfacConfig config) {
            return config.setsTraining() ? TRAIN : COLLECT;
        }

        /**
         * The plan of this command.
         *
         * @param gflops 10⁹ operations a second of one thread
         */
        public JobPlan plan(EstimateInputs inputs, EstimateInputs.Rows rows, double gflops) {
            if (this == COLLECT) {
                return CollectPlan.of(inputs, rows, gflops);
            }
            inputs.config().train().withoutEffect().forEach(LOG::warn);
            return TrainPlan.of(inputs, rows, gflops);
        }
    }

    /** Whether it fits. */
    boolean fits();

    /**
     * Refuses what cannot fit.
     *
     * @throws UserException that says what takes the room and what to change
     */
    void check();
}
