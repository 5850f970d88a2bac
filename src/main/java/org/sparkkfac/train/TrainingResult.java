package org.sparkkfac.train;

import java.util.Optional;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

/**
 * What came of training.
 *
 * @param model the network with the parameters that {@link TrainingState#choice} says
 * @param state from which training could go on
 * @param reason why it stopped
 * @param fit loss and score of the model over all rows it has learnt from, where these have been asked since the last step
 */
public record TrainingResult(Network model, TrainingState state, StopReason reason, Optional<Evaluation> fit) {}
