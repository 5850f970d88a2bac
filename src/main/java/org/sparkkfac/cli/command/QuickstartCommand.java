package org.sparkkfac.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sparkkfac.Quantities;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.failure.ExitCodes;
import picocli.CommandLine.Command;

/** {@code kfac quickstart}: the other commands, one after the other, on the sample data, with what they mean. */
@Command(
        name = "quickstart",
        description = "Runs the whole path on the sample digits: collect, invert, solve. To be run in the project's"
                + " directory; writes under out/ and replaces what an earlier run left there.",
        footerHeading = "%nExamples:%n",
        footer = {"  jobs/quickstart"})
final class QuickstartCommand extends Subcommand {
    private static final String CONFIGURATION = "conf/digits.conf";
    private static final String STATISTICS = "out/digits-statistics";

    private static final String LAST_WORDS = """
            . Look closer:  jobs/kfac inspect out/digits-statistics
            Train that network:  jobs/kfac init --layers 64-32-10 --likelihood softmax --seed 1 --output out/digits-start \
            && jobs/kfac train --conf conf/train-digits.conf
            Your own data: copy conf/digits.conf and change data and model; see README.md.
            """;

    /** A command line, and what it does. */
    private record Step(String what, String command) {}

    private static final List<Step> STEPS = List.of(
            new Step(
                    "1. Collect. Spark streams 1,797 images of digits through a 64-32-10 network and sums, in one job, the"
                            + " loss, its gradient and the Kronecker factors A = E[āāᵀ] and G = E[ggᵀ] of both layers.",
                    "collect --conf " + CONFIGURATION + " --set model.path=sample-data/digits-trained --overwrite"),
            new Step(
                    "2. Invert. The driver decomposes A and G; F + λI ≈ A ⊗ G + λI can now be inverted by small"
                            + " products.",
                    "invert --statistics " + STATISTICS + " --method eigen --damping 1e-3"
                            + " --output out/digits-preconditioner --overwrite"),
            new Step(
                    "3. Solve. The natural gradient F⁻¹∇L: the direction of steepest descent when steps are measured by"
                            + " how much they change the predictions.",
                    "solve --preconditioner out/digits-preconditioner --vector " + STATISTICS
                            + " --output out/natural-gradient.safetensors --overwrite"),
            new Step(
                    "4. Downdate. (F − ggᵀ)⁻¹∇L with the mean gradient g: the curvature without the part that the mean"
                            + " gradient itself explains.",
                    "solve --preconditioner out/digits-preconditioner --vector " + STATISTICS + " --downdate "
                            + STATISTICS + " --output out/downdated-gradient.safetensors --overwrite"));

    @Override
    int run() {
        if (!Files.exists(Path.of(CONFIGURATION))) {
            throw new UserException("there is no " + CONFIGURATION + " here; run quickstart in the project's directory,"
                    + " or as jobs/quickstart from anywhere");
        }
        long start = System.nanoTime();
        for (Step step : STEPS) {
            print("\n" + step.what() + "\n$ jobs/kfac " + step.command() + "\n");
            int code = root().execute(step.command().split(" "));
            if (code != ExitCodes.DONE) {
                return code;
            }
        }
        print("\nDone in " + Quantities.duration((System.nanoTime() - start) / 1e9) + LAST_WORDS);
        return ExitCodes.DONE;
    }
}
