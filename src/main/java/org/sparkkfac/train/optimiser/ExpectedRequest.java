package org.sparkkfac.train.optimiser;

import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Request;

/**
 * A request that an optimiser makes of a step's rows, known before training for what it will cost.
 *
 * @param request with placeholders for what is not known yet
 * @param often how many of these a step makes, on average
 * @param share of them that ask for all of it
 * @param otherwise what the others ask for
 */
public record ExpectedRequest(Request request, double often, double share, Request otherwise) {
    ExpectedRequest(Request request, double often) {
        this(request, often, 1, request);
    }

    /** Floating-point operations for each of a step's rows, on average. */
    public double flopsOfRow(Network network, double rows) {
        return share * request.flopsOfRow(network, rows) + (1 - share) * otherwise.flopsOfRow(network, rows);
    }
}
