package org.sparkkfac.train;

import org.sparkkfac.nn.Network;

/**
 * What came of training.
 *
 * @param model the network with its last parameters, or with their running average where its loss is lower
 * @param state from which training could go on
 * @param reason why it stopped
 */
public record TrainingResult(Network model, TrainingState state, StopReason reason) {}
