package org.sparkkfac.cli.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How much {@code kfac invert} damps: a number, or what held-out rows choose; some layers by a number of their own. */
final class DampingOptions {
    private static final String AUTO = "auto";

    @ArgGroup
    private @Nullable Common common;

    @Option(
            names = "--validation",
            paramLabel = "DIR",
            description = "Statistics of held-out rows, with their gradient, for --damping auto.")
    private @Nullable String validation;

    @Option(
            names = "--layer-damping",
            paramLabel = "LAYER=λ",
            description =
                    "Another damping for the layers of this name, in which * and ? stand for any characters and for"
                            + " one; may be repeated, the last that fits holds.")
    private List<String> layerDampings = List.of();

    /** One of the two. */
    private static final class Common {
        @Option(
                names = "--damping",
                required = true,
                paramLabel = "λ",
                description =
                        "Added to every eigenvalue of a block; or auto, which chooses it by held-out rows. Default:"
                                + " precondition.damping of the configuration, else 1e-3.")
        private @Nullable String absolute;

        @Option(
                names = "--relative-damping",
                required = true,
                paramLabel = "C",
                description = "λ is C times the mean eigenvalue of the block.")
        private @Nullable Double relative;

        Damping damping() {
            if (relative != null) {
                return Damping.relative(relative);
            }
            try {
                return Damping.absolute(Double.parseDouble(String.valueOf(absolute)));
            } catch (NumberFormatException e) {
                throw new UserException("--damping " + absolute + ": give a number ≥ 0, or auto", e);
            }
        }
    }

    /** Whether held-out rows choose it. */
    boolean isAuto() {
        return common != null && AUTO.equals(common.absolute);
    }

    /** Refuses held-out rows without {@code --damping auto}, and that without them. */
    void check() {
        if (isAuto() && validation == null) {
            throw new UserException("--damping auto needs held-out rows: add --validation DIR with their statistics");
        }
        if (!isAuto() && validation != null) {
            throw new UserException("--validation is for --damping auto only; leave it out or add that");
        }
    }

    /** The path of the held-out rows' statistics; after {@link #check} it is there with {@code --damping auto}. */
    String validation() {
        return String.valueOf(validation);
    }

    /** The damping that was given, else this. */
    Damping orElse(Damping configured) {
        return common == null || isAuto() ? configured : common.damping();
    }

    /** This damping, and another one for the layers that were named. */
    DampingRule rule(Damping all) {
        DampingRule rule = DampingRule.of(all);
        for (String option : layerDampings) {
            int equals = option.lastIndexOf('=');
            try {
                Damping damping = Damping.absolute(Double.parseDouble(option.substring(equals + 1)));
                rule = rule.withLayer(option.substring(0, Math.max(0, equals)), damping);
            } catch (NumberFormatException e) {
                throw new UserException(
                        "--layer-damping " + option + ": give the name of a layer and a number ≥ 0: output=0.5", e);
            } catch (UserException e) {
                throw e.within("--layer-damping " + option);
            }
        }
        return rule;
    }
}
