package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.StageTimes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kfac quickstart}: the other commands, one after the other, on the sample data, with what they mean. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Runs the whole path on the sample digits: collect, invert, solve. To be run in the project's"
                + " directory; writes under out/ and replaces what an earlier run left there.",
        footerHeading = "%nExamples:%n",
        footer = {"  jobs/quickstart"})
@SuppressWarnings("NullAway.Init") // picocli sets the field
final class QuickstartCommand implements Callable<Integer> {
    private static final String CONFIGURATION = "conf/digits.conf";
    private static final String MODEL = "sample-data/digits-trained";
    private static final String STATISTICS = "out/digits-statistics";
    private static final String PRECONDITIONER = "out/digits-preconditioner";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!Files.exists(Path.of(CONFIGURATION))) {
            throw new UserException("there is no " + CONFIGURATION + " here; run quickstart in the project's directory,"
                    + " or as jobs/quickstart from anywhere");
        }
        long start = System.nanoTime();
        int code = step(
                "1. Collect. Spark streams 1,797 images of digits through a 64-32-10 network and sums, in one job, the loss,"
                        + " its gradient and the Kronecker factors A = E[āāᵀ] and G = E[ggᵀ] of both layers.",
                List.of("collect", "--conf", CONFIGURATION, "--set", "model.path=" + MODEL, "--overwrite"));
        code = code != 0
                ? code
                : step(
                        "2. Invert. The driver decomposes A and G; F + λI ≈ A ⊗ G + λI can now be inverted by small"
                                + " products.",
                        List.of(
                                "invert",
                                "--statistics",
                                STATISTICS,
                                "--method",
                                "eigen",
                                "--damping",
                                "1e-3",
                                "--output",
                                PRECONDITIONER,
                                "--overwrite"));
        code = code != 0
                ? code
                : step(
                        "3. Solve. The natural gradient F⁻¹∇L: the direction of steepest descent when steps are measured by"
                                + " how much they change the predictions.",
                        List.of(
                                "solve",
                                "--preconditioner",
                                PRECONDITIONER,
                                "--vector",
                                STATISTICS,
                                "--output",
                                "out/natural-gradient.safetensors",
                                "--overwrite"));
        code = code != 0
                ? code
                : step(
                        "4. Downdate. (F − ggᵀ)⁻¹∇L with the mean gradient g: the curvature without the part that the mean"
                                + " gradient itself explains.",
                        List.of(
                                "solve",
                                "--preconditioner",
                                PRECONDITIONER,
                                "--vector",
                                STATISTICS,
                                "--downdate",
                                STATISTICS,
                                "--output",
                                "out/downdated-gradient.safetensors",
                                "--overwrite"));
        if (code == 0) {
            PrintWriter out = spec.commandLine().getOut();
            out.println();
            out.println("Done in " + StageTimes.duration((System.nanoTime() - start) / 1e9)
                    + ". Look closer:  jobs/kfac inspect " + STATISTICS);
            out.println(
                    "Train that network:  jobs/kfac init --layers 64-32-10 --likelihood softmax --seed 1 --output out/digits-start && jobs/kfac train"
                            + " --conf conf/train-digits.conf");
            out.println("Your own data: copy conf/digits.conf and change data and model; see README.md.");
            out.flush();
        }
        return code;
    }

    private int step(String what, List<String> arguments) {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = root.getOut();
        out.println();
        out.println(what);
        out.println("$ jobs/kfac " + String.join(" ", arguments));
        out.flush();
        return root.execute(arguments.toArray(String[]::new));
    }
}
