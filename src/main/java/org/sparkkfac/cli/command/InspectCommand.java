package org.sparkkfac.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.text.InspectionText;
import org.sparkkfac.spark.InspectOptions;
import org.sparkkfac.spark.SparkKfac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kfac inspect}. */
@Command(
        name = "inspect",
        description = "Says what is in a model, a statistics or preconditioner artefact, or a safetensors file, and"
                + " where it comes from. Starts no Spark.",
        footerHeading = "%nWhat the columns of --spectra mean:%n",
        footer = {
            "  norm            Frobenius norm: root of the sum of squared eigenvalues",
            "  smallest and    eigenvalues of the average over the rows; of a",
            "    largest       preconditioner, of the damped matrix that it inverts",
            "  effective rank  (trace/norm)²: as many equal eigenvalues have this ratio",
            "  condition       largest/smallest; ∞ if the smallest is zero to rounding,",
            "                  so that inverting needs damping",
            "",
            "The norms of tensors are of what is stored: of statistics, of sums over rows.",
            "",
            "Examples:",
            "  kfac inspect sample-data/digits-model",
            "  kfac inspect out/digits-statistics --spectra",
            "  kfac inspect out/digits-statistics --verify && kfac invert …",
            "  kfac inspect out/digits-statistics --spectra --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand extends Subcommand {
    @Parameters(paramLabel = "PATH", description = "A directory or a file.")
    private String path;

    @Option(
            names = "--verify",
            description = "Read every number: checksums, finite values, symmetric covariances without a negative"
                    + " diagonal. Exit code 2 names the file that is wrong. Shows the norms of all tensors too.")
    private boolean verify;

    @Option(
            names = "--spectra",
            description = "Compute traces, norms and eigenvalues of all averaged matrices, about 4n³/3 operations for"
                    + " n × n.")
    private boolean spectra;

    @Mixin
    private JsonOption json;

    @Override
    int run() {
        ObjectNode found = SparkKfac.inspect(location(path), new InspectOptions(verify, spectra))
                .put("path", path);
        answer(new InspectionText(found), json.json());
        return ExitCodes.DONE;
    }
}
