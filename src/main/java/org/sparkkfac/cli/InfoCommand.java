package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.spark.Software;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac info}. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Says which BLAS, Spark, Java and processor this is, and how fast a matrix product runs here. Look"
                        + " here first when a job is slow: without a native BLAS everything takes five to twenty times longer.",
        footerHeading = "%nExamples:%n",
        footer = {"  kfac info", "  kfac info --json --require-native"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

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
    public Integer call() {
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
        print(info);
        return ExitCodes.DONE;
    }

    private void print(ObjectNode info) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.json()) {
            out.print(Json.pretty(info));
        } else {
            Table table = new Table("what", "value");
            for (Map.Entry<String, JsonNode> section : info.properties()) {
                for (Map.Entry<String, JsonNode> field : section.getValue().properties()) {
                    if (!field.getValue().isNull()) {
                        table.add(
                                section.getKey() + "." + field.getKey(),
                                field.getValue().asText());
                    }
                }
            }
            out.print(table);
        }
        out.flush();
    }
}
