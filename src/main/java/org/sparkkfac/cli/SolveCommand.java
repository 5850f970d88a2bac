package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.ParameterFile;
import org.sparkkfac.io.PreconditionerArtefact;
import org.sparkkfac.io.StatisticsArtefact;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.precondition.Downdate;
import org.sparkkfac.precondition.Preconditioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac solve}. */
@Command(
        name = "solve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Applies a preconditioner to a vector: F⁻¹v, or (F − w·ggᵀ)⁻¹v with a downdate vector g. Starts no"
                        + " Spark.",
        footerHeading = "%nVectors:%n",
        footer = {
            "  A vector is a safetensors file with the keys and shapes of the model's",
            "  weights, or a statistics artefact, which stands for its mean gradient.",
            "",
            "Examples:",
            "  kfac solve --preconditioner out/preconditioner \\",
            "      --vector out/digits-statistics --output out/x.safetensors",
            "  kfac solve --preconditioner out/preconditioner --vector v.safetensors \\",
            "      --downdate g.safetensors --downdate-weight 0.01 \\",
            "      --output out/x.safetensors"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SolveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--preconditioner",
            required = true,
            paramLabel = "DIR",
            description = "The preconditioner that kfac invert wrote.")
    private String preconditioner;

    @Option(names = "--vector", required = true, paramLabel = "V", description = "The vector v; see below.")
    private String vector;

    @Option(names = "--downdate", paramLabel = "G", description = "The vector g of the downdate; see below.")
    private Optional<String> downdate = Optional.empty();

    @Option(names = "--downdate-weight", paramLabel = "W", description = "The weight w of the downdate. Default: 1.")
    private Optional<Double> weight = Optional.empty();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "Where the solution goes: a safetensors file with the keys of the vector.")
    private String output;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private NativeOption nativeOption;

    @Override
    public Integer call() throws Exception {
        checkWeight();
        Stages stages = new Stages();
        Configuration hadoop = HadoopSettings.load();
        Location destination = Location.of(output, hadoop);
        if (destination.exists() && !overwrite.overwrite()) {
            throw new UserException(output + ": exists; choose another path or add --overwrite");
        }
        nativeOption.choose(Blas.Choice.BUNDLED);
        Preconditioner p = stages.time("read", () -> PreconditionerArtefact.read(Location.of(preconditioner, hadoop)));
        ParameterVector v = stages.time("read", () -> vector("--vector", vector, p.shapes(), hadoop));
        Optional<ParameterVector> g = downdate.isPresent()
                ? Optional.of(stages.time("read", () -> vector("--downdate", downdate.get(), p.shapes(), hadoop)))
                : Optional.empty();
        Optional<Downdate> downdated =
                stages.time("solve", () -> g.map(vectorG -> p.downdate(vectorG, weight.orElse(1.0))));
        ParameterVector x = stages.time(
                "solve", () -> downdated.isPresent() ? downdated.get().apply(v) : p.apply(v));
        if (!x.isFinite()) {
            throw new NumericalException("the solution overflows; scale the vector down or use more damping");
        }
        stages.time("write", () -> {
            ParameterFile.write(destination, x, overwrite.overwrite());
            return destination;
        });
        stages.wrote("the solution", output);
        report(v, x, downdated, stages);
        return ExitCodes.DONE;
    }

    private void checkWeight() {
        if (weight.isPresent() && downdate.isEmpty()) {
            throw new UserException("--downdate-weight needs a vector to weigh; add --downdate G");
        }
        if (weight.isPresent() && !Double.isFinite(weight.get())) {
            throw new UserException("--downdate-weight must be finite, not " + weight.get());
        }
    }

    private static ParameterVector vector(String option, String path, List<LayerShape> layers, Configuration hadoop) {
        Location location = Location.of(path, hadoop);
        if (!location.exists()) {
            throw new UserException(option + " " + path + ": no such file or directory; check the path");
        }
        return location.isDirectory()
                ? StatisticsArtefact.readMeanGradient(location, layers)
                : ParameterFile.read(location, layers);
    }

    private void report(ParameterVector v, ParameterVector x, Optional<Downdate> downdated, Stages stages) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("‖v‖ = " + Table.number(v.norm()) + ", ‖x‖ = " + Table.number(x.norm()) + ", vᵀx = "
                + Table.number(v.dot(x))
                + downdated
                        .map(d -> ", downdate: 1 − w·gᵀPg = " + Table.number(d.margin()))
                        .orElse(""));
        Table table = new Table("layer", "‖v‖", "‖x‖");
        for (int l = 0; l < v.layers().size(); l++) {
            table.add(
                    v.layers().get(l).name(),
                    Table.number(v.block(l).norm()),
                    Table.number(x.block(l).norm()));
        }
        out.print(table);
        out.print(stages.summary());
        out.flush();
    }
}
