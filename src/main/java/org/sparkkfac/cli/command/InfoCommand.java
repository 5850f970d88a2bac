package org.sparkkfac.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.plan.GemmSpeed;
import org.sparkkfac.cli.text.FactsText;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.spark.Software;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac info}. */
@Command(
        name = "info",
        description =
                "Says which BLAS, Spark, Java and processor this is, and how fast a matrix product runs here. Look"
                        + " here first when a job is slow: without a native BLAS everything takes five to twenty times longer.",
        footerHeading = "%nExamples:%n",
        footer = {"  kfac info", "  kfac info --json --require-native"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InfoCommand extends Subcommand {
    @Option(
            names = "--blas",
            paramLabel = "CHOICE",
            defaultValue = "bundled",
            description = "bundled, system or java, as the key blas of the configuration. Default: ${DEFAULT-VALUE}.")
    private Blas.Choice choice;

    @Mixin
    private NativeOption nativeOption;

    @Mixin
    private JsonOption json;

    @Override
    int run() {
        Blas blas = nativeOption.choose(choice);
        ObjectNode info = Json.object();
        info.set("software", Software.versions());
        info.putObject("cpu")
                .put("model", Provenance.cpuModel())
                .put("architecture", System.getProperty("os.arch", "unknown"))
                .put("system", System.getProperty("os.name", "unknown"))
                .put("processors", Runtime.getRuntime().availableProcessors());
        info.putObject("memory").put("heap_mib", Runtime.getRuntime().maxMemory() >> 20);
        info.putObject("blas")
                .put("backend", blas.backend())
                .put("kernel", blas.kernel())
                .put("native", blas.isNative())
                .put("threads", blas.threads())
                .put("dgemm_gflops", Math.round(10 * GemmSpeed.gflops(Precision.DOUBLE)) / 10.0)
                .put("warning", blas.warning());
        answer(new FactsText(info), json.json());
        return ExitCodes.DONE;
    }
}
