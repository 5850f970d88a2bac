package org.sparkkfac.spark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.TrainingResult;

/**
 * What came of a training.
 *
 * @param result the state at the end, and why that came
 * @param model the model that was written: the best in validation, or else the one at the end
 * @param bestStep the step of the former
 * @param rows that were learnt from
 * @param steps all of them, those before a resumption too
 * @param training loss and score of the model over the rows to learn from
 * @param validation over those to validate on
 * @param written what was written, and where
 */
public record Trained(
        TrainingResult result,
        Network model,
        OptionalLong bestStep,
        long rows,
        List<StepRecord> steps,
        Evaluation training,
        Optional<Evaluation> validation,
        Map<String, Location> written) {}
