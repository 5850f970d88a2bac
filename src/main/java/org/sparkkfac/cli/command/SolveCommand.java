package org.sparkkfac.cli.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.precondition.Downdate;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.SparkKfac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kfac solve}. */
@Command(
        name = "solve",
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
final class SolveCommand extends Subcommand {
    @Option(
            names = "--preconditioner",
            required = true,
            paramLabel = "DIR",
            description = "The preconditioner that kfac invert wrote.")
    private String preconditioner;

    @Option(
            names = "--vector",
            required = true,
            paramLabel = "V",
            description = "A vector v; see below. May be repeated: all are solved together.")
    private List<String> vectors = new ArrayList<>();

    @Option(
            names = "--downdate",
            paramLabel = "G",
            description = "A vector g of the downdate; see below. May be repeated: F − Σ w·ggᵀ.")
    private List<String> downdates = new ArrayList<>();

    @Option(
            names = "--downdate-weight",
            paramLabel = "W",
            description = "The weight w of a downdate, in the order of the vectors g. Default: 1 for each.")
    private List<Double> weights = new ArrayList<>();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description =
                    "Where the solution goes: a safetensors file with the keys of the vector; for several vectors a"
                            + " directory, which gets a file of the name of each.")
    private String output;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private NativeOption nativeOption;

    @Override
    int run() throws Exception {
        checkWeights();
        Configuration hadoop = HadoopSettings.load();
        List<Location> destinations = destinations(hadoop);
        nativeOption.choose(Blas.Choice.BUNDLED);
        Preconditioner p = stages.time("read", () -> SparkKfac.readPreconditioner(Location.of(preconditioner, hadoop)));
        List<ParameterVector> vs = stages.time("read", () -> read("--vector", vectors, p.shapes(), hadoop));
        List<ParameterVector> gs = stages.time("read", () -> read("--downdate", downdates, p.shapes(), hadoop));
        Downdate downdate = stages.time("solve", () -> p.downdate(gs, weightOfEach()));
        List<ParameterVector> xs = stages.time("solve", () -> SparkKfac.solve(downdate, vs));
        stages.time("write", () -> {
            for (int k = 0; k < xs.size(); k++) {
                SparkKfac.writeVector(destinations.get(k), xs.get(k), overwrite.overwrite());
            }
            return output;
        });
        stages.wrote(xs.size() == 1 ? "the solution" : xs.size() + " solutions", output);
        report(vs, xs, downdate);
        return ExitCodes.DONE;
    }

    private void checkWeights() {
        if (!weights.isEmpty() && weights.size() != downdates.size()) {
            throw new UserException(weights.size() + " --downdate-weight for " + downdates.size()
                    + " --downdate; give every vector its own weight, or none");
        }
        for (double weight : weights) {
            if (!Double.isFinite(weight)) {
                throw new UserException("--downdate-weight must be finite, not " + weight);
            }
        }
    }

    private List<Double> weightOfEach() {
        return weights.isEmpty() ? Collections.nCopies(downdates.size(), 1.0) : weights;
    }

    /** One file, or a file in a directory for each vector; none may be there unless it may be replaced. */
    private List<Location> destinations(Configuration hadoop) {
        Location target = Location.of(output, hadoop);
        List<Location> files = new ArrayList<>();
        if (vectors.size() == 1) {
            files.add(target);
        } else {
            Set<String> names = new LinkedHashSet<>();
            for (String vector : vectors) {
                String name = Location.of(vector, hadoop).path().getName().replaceFirst("\\.safetensors$", "");
                if (!names.add(name)) {
                    throw new UserException("--vector " + vector + ": two vectors are called '" + name
                            + "', and so would their solutions be; rename one");
                }
                files.add(target.child(name + ".safetensors"));
            }
        }
        for (Location file : files) {
            if (file.exists() && !overwrite.overwrite()) {
                throw new UserException(file + ": exists; choose another path or add --overwrite");
            }
        }
        return files;
    }

    private static List<ParameterVector> read(
            String option, List<String> paths, List<LayerShape> layers, Configuration hadoop) {
        List<ParameterVector> read = new ArrayList<>();
        paths.forEach(path -> read.add(vector(option, path, layers, hadoop)));
        return read;
    }

    private static ParameterVector vector(String option, String path, List<LayerShape> layers, Configuration hadoop) {
        Location location = Location.of(path, hadoop);
        if (!location.exists()) {
            throw new UserException(option + " " + path + ": no such file or directory; check the path");
        }
        return SparkKfac.readVector(location, layers);
    }

    private void report(List<ParameterVector> vs, List<ParameterVector> xs, Downdate downdate) {
        if (!downdates.isEmpty()) {
            print("downdate: "
                    + (downdates.size() == 1 ? "1 − w·gᵀPg = " : "smallest eigenvalue of I − UᵀPU = ")
                    + Table.number(downdate.margin()) + "\n");
        }
        for (int k = 0; k < vs.size(); k++) {
            print((vs.size() == 1 ? "" : vectors.get(k) + ": ") + "‖v‖ = "
                    + Table.number(vs.get(k).norm()) + ", ‖x‖ = "
                    + Table.number(xs.get(k).norm()) + ", vᵀx = "
                    + Table.number(vs.get(k).dot(xs.get(k))) + "\n");
        }
        if (vs.size() == 1) {
            Table table = new Table("layer", "‖v‖", "‖x‖");
            for (int l = 0; l < vs.get(0).layers().size(); l++) {
                table.add(
                        vs.get(0).layers().get(l).name(),
                        Table.number(vs.get(0).block(l).norm()),
                        Table.number(xs.get(0).block(l).norm()));
            }
            print(table);
        }
        print(stages.summary());
    }
}
