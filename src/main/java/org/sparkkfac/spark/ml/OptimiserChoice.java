package org.sparkkfac.spark.ml;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.train.optimiser.AdamSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** What the param {@code optimizer} may be. */
enum OptimiserChoice {
    KFAC(0.3) {
        @Override
        OptimiserSettings settings(KfacParams params, double share) {
            boolean isAdaptive = params.getMode().equals("adaptive");
            return isAdaptive ? adaptive(params, share) : curvature(Method.EIGEN, params, share);
        }
    },
    EKFAC(0.3) {
        @Override
        OptimiserSettings settings(KfacParams params, double share) {
            return curvature(Method.EIGEN_CORRECTED, params, share);
        }
    },
    NATURAL_GRADIENT(0.3) {
        @Override
        OptimiserSettings settings(KfacParams params, double share) {
            return curvature(Method.EXACT, params, share);
        }
    },
    DIAGONAL(0.01) {
        @Override
        OptimiserSettings settings(KfacParams params, double share) {
            return curvature(Method.DIAGONAL, params, share);
        }
    },
    SGD(0.1) {
        @Override
        OptimiserSettings settings(KfacParams params, double share) {
            return new SgdSettings(rate(params), params.getMomentum());
        }
    },
    ADAM(0.01) {
        @Override
        OptimiserSettings settings(KfacParams params, double share) {
            return AdamSettings.of(rate(params));
        }
    };

    /** λ₀ of the adaptive mode, and λ of all else. */
    static final double FIRST_ADAPTIVE_DAMPING = 0.1;

    static final double FIXED_DAMPING = 0.01;
    private static final double CLIP = 1;

    private final double defaultRate;

    OptimiserChoice(double defaultRate) {
        this.defaultRate = defaultRate;
    }

    /**
     * The settings for a training.
     *
     * @param share of the rows of a step from which statistics are made
     */
    abstract OptimiserSettings settings(KfacParams params, double share);

    static List<String> names() {
        return Arrays.stream(values()).map(OptimiserChoice::toString).toList();
    }

    /** The learning rates that hold where none is set, as text. */
    static String rates() {
        return Arrays.stream(values())
                .map(choice -> choice.defaultRate + " of " + choice)
                .collect(Collectors.joining(", "));
    }

    static OptimiserChoice of(String name) {
        return Arrays.stream(values())
                .filter(choice -> choice.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Schedule rate(KfacParams params) {
        return Schedule.constant(params.isDefined(params.stepSize()) ? params.getStepSize() : defaultRate);
    }

    private static double damping(KfacParams params, double otherwise) {
        return Optional.of(params)
                .filter(some -> some.isDefined(some.damping()))
                .map(KfacParams::getDamping)
                .orElse(otherwise);
    }

    private static Averaging averaging(KfacParams params, double share) {
        Averaging standard = Averaging.standard(params.getSeed());
        return new Averaging(
                standard.fisher(), share, standard.period(), standard.memory(), standard.inversionPeriod());
    }

    private static OptimiserSettings adaptive(KfacParams params, double share) {
        AdaptiveSettings standard = AdaptiveSettings.standard(params.getSeed());
        return new AdaptiveSettings(
                damping(params, FIRST_ADAPTIVE_DAMPING),
                standard.dampingPeriod(),
                standard.gammaPeriod(),
                Math.max(share, standard.productsFraction()),
                averaging(params, share));
    }

    OptimiserSettings curvature(Method method, KfacParams params, double share) {
        return new CurvatureSettings(
                method,
                rate(params),
                params.getMomentum(),
                Damping.absolute(damping(params, FIXED_DAMPING)),
                CLIP,
                averaging(params, share));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
