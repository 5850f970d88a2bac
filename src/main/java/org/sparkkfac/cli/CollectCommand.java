package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.BadRows;
import org.sparkkfac.cli.config.DataSettings;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.StatisticsSettings;
import org.sparkkfac.io.Json;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.ModelDirectory;
import org.sparkkfac.io.Provenance;
import org.sparkkfac.io.StatisticsArtefact;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.BadRowPolicy;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Collected;
import org.sparkkfac.spark.Columns;
import org.sparkkfac.spark.DataSource;
import org.sparkkfac.spark.Quarantine;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kfac collect}. */
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Sums Fisher statistics of a model over all rows of a dataset, in one Spark job: Kronecker factors,"
                        + " exact blocks, diagonals, and the loss with its gradient where the rows have labels.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac collect --conf conf/digits.conf",
            "  kfac collect --conf conf/digits.conf --set fisher.type=exact \\",
            "      --set statistics.precision=single --overwrite",
            "  kfac collect --conf conf/digits.conf --master local[2]",
            "  kfac collect --conf conf/flights.conf --set data.limit=100000",
            "  kfac collect --conf my.conf --set data.bad-rows=quarantine \\",
            "      --set data.quarantine-path=out/bad-rows",
            "",
            "data.table, data.where, data.pipeline and data.limit say which rows, and",
            "data.bad-rows what becomes of those that cannot be used: reference.conf.",
            "",
            "Afterwards: kfac invert --statistics DIR …"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CollectCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(CollectCommand.class);
    private static final Pattern GLOB = Pattern.compile("[*?\\[{\\\\]");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private NativeOption nativeOption;

    @Override
    public Integer call() throws Exception {
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            collect(config.get(), new Stages());
        }
        return ExitCodes.DONE;
    }

    private void collect(KfacConfig config, Stages stages) throws Exception {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        Location output = Location.of(config.output().path(), hadoop);
        StatisticsArtefact.checkDestination(output, overwrite.overwrite());
        DataSettings data = config.data();
        checkFiles(data, hadoop);
        Optional<Quarantine> quarantine = quarantine(data, output, hadoop);
        quarantine.ifPresent(Quarantine::check);
        CollectOptions options = options(config, data);
        Network network = ModelDirectory.read(Location.of(config.model().path(), hadoop));
        options.plan().select(network.layers());
        LOG.info("model {}: {}", config.model().path(), network);
        nativeOption.choose(config.blas());

        String master = spark.master(config.sparkConf());
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac collect", master, config.sparkConf()));
        try {
            Collected collected = stages.time("collect", () -> {
                DataSource source = source(data);
                Dataset<Row> rows = source.rows(session, network.inputs());
                BadRowPolicy badRows = quarantine
                        .map(place -> place.withColumns(List.of(rows.columns())))
                        .map(BadRowPolicy::quarantine)
                        .orElse(data.badRows() == BadRows.FAIL ? BadRowPolicy.FAIL : BadRowPolicy.SKIP);
                return SparkKfac.collect(network, source.throughPipeline(rows), options.withBadRows(badRows));
            });
            Provenance provenance = collected.provenance(network, options).withConfig(Json.object(config.toJsonMap()));
            stages.time("write", () -> write(output, collected, provenance, quarantine));
            stages.wrote("statistics", config.output().path());
            report(collected, quarantine);
        } finally {
            session.stop();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(stages.summary());
        out.flush();
    }

    /** Commits the statistics; bad rows of statistics that could not be written are of no use. */
    private Location write(
            Location output, Collected collected, Provenance provenance, Optional<Quarantine> quarantine) {
        boolean written = false;
        try {
            StatisticsArtefact.write(
                    output,
                    collected.statistics(),
                    collected.fisher(),
                    collected.skipped(),
                    provenance,
                    overwrite.overwrite());
            written = true;
            return output;
        } finally {
            if (!written && collected.skipped().count() > 0) {
                quarantine.ifPresent(Quarantine::delete);
            }
        }
    }

    private Optional<Quarantine> quarantine(DataSettings data, Location output, Configuration hadoop) {
        if (data.badRows() != BadRows.QUARANTINE) {
            return Optional.empty();
        }
        Location place = Location.of(data.quarantinePath().orElseThrow(), hadoop);
        refuseWithin(place, output, "output.path");
        data.path()
                .filter(path -> data.readsFiles() && !GLOB.matcher(path).find())
                .ifPresent(path -> refuseWithin(place, Location.of(path, hadoop), "data.path"));
        return Optional.of(new Quarantine(place, overwrite.overwrite()));
    }

    /** Spark reads all that lies below data.path, and what is written below output.path could be removed with it. */
    private static void refuseWithin(Location place, Location other, String key) {
        String inner = place.path().toUri().getPath() + "/";
        String outer = other.path().toUri().getPath() + "/";
        if (inner.startsWith(outer) || outer.startsWith(inner)) {
            throw new UserException("data.quarantine-path: " + place + " lies in " + key + " = " + other
                    + ", or that in it; choose another path");
        }
    }

    private static DataSource source(DataSettings data) {
        return new DataSource(data.format(), data.path(), data.table(), data.options(), data.where(), data.pipeline());
    }

    /** Finds out before Spark is started, which takes seconds, what can be found out; globs are left to Spark. */
    static void checkFiles(DataSettings data, Configuration hadoop) {
        if (data.readsFiles()) {
            String path = data.path().orElseThrow();
            Location location = Location.of(path, hadoop);
            if (!GLOB.matcher(path).find() && !location.exists()) {
                throw new UserException("data.path: " + path + ": no such file or directory; check the path");
            }
        }
        data.pipeline().ifPresent(path -> {
            if (!Location.of(path, hadoop).child("metadata").isDirectory()) {
                throw new UserException("data.pipeline: " + path + ": holds no saved PipelineModel; give the directory"
                        + " that PipelineModel.save wrote");
            }
        });
    }

    static CollectOptions options(KfacConfig config, DataSettings data) {
        StatisticsSettings statistics = config.statistics();
        Columns columns = new Columns(
                data.features().names(),
                data.label().map(label -> label.names()).orElseGet(List::of),
                data.weight(),
                data.id());
        StatisticsPlan plan = new StatisticsPlan(
                statistics.kinds(),
                config.fisher(),
                statistics.precision(),
                statistics.blockRows(),
                statistics.layers());
        CollectOptions options = CollectOptions.defaults()
                .withColumns(columns)
                .withPlan(plan)
                .withGroups(statistics.groups())
                .withSplitBytes(data.splitBytes())
                .withBlas(config.blas())
                .withProgress(ProgressReporter.forStandardError());
        return data.limit().map(options::withLimit).orElse(options);
    }

    private void report(Collected collected, Optional<Quarantine> quarantine) {
        StatisticsState statistics = collected.statistics();
        PrintWriter out = spec.commandLine().getOut();
        out.println(StatisticsTables.headline(statistics, collected.fisher()) + ", "
                + collected.input().groups().size() + " group(s) of "
                + collected.input().splits() + " split(s)");
        SkippedRows skipped = collected.skipped();
        if (skipped.count() > 0) {
            SkippedRows.Sample first = skipped.samples().get(0);
            out.println("left out " + Table.count(skipped.count()) + " bad row(s): " + skipped + "; the first is "
                    + first.place() + ": " + first.problem());
            quarantine.ifPresent(place -> out.println("wrote the bad rows to " + place.place()));
        }
        out.print(StatisticsTables.traces(statistics));
    }
}
