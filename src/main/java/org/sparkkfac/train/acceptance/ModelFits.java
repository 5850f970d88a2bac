package org.sparkkfac.train.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;

/**
 * Loss and score of an iterate and of the average of the iterates over all rows of a dataset.
 *
 * @param iterate of one
 * @param average of the other, if there is one
 */
public record ModelFits(Evaluation iterate, Optional<Evaluation> average) {
    /** Asks in one call of the port. */
    public static ModelFits of(Pass rows, Network network, ParameterVector iterate, Optional<ParameterVector> average) {
        List<ParameterVector> models = new ArrayList<>(List.of(iterate));
        average.ifPresent(models::add);
        List<Evaluation> fits =
                rows.run(network, Request.fits(rows.blocks().all(), models)).all(Fit.class);
        return new ModelFits(fits.get(0), fits.stream().skip(1).findFirst());
    }

    public boolean isAverageBetter() {
        return average.filter(other -> Double.compare(other.meanLoss(), iterate.meanLoss()) < 0) // NaN is the largest
                .isPresent();
    }

    /** Of the one with the lower loss. */
    public Evaluation best() {
        return isAverageBetter() ? average.orElse(iterate) : iterate;
    }
}
