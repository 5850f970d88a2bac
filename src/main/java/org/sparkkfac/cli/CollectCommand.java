package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Collected;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.rows.Quarantine;
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
            collect(config.get(), new StageTimes());
        }
        return ExitCodes.DONE;
    }

    private void collect(KfacConfig config, StageTimes stages) throws Exception {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        Location output = Location.of(config.output().path(), hadoop);
        StatisticsArtefact.checkDestination(output, overwrite.overwrite());
        RowSource source = RowSource.of(config, hadoop);
        source.refuseAmongRows("output.path", output);
        Optional<Quarantine> quarantine = source.quarantine(Map.of("output.path", output), overwrite.overwrite());
        CollectOptions options = source.options();
        Network network = ModelDirectory.read(Location.of(config.model().path(), hadoop));
        options.plan().select(network.layers());
        LOG.info("model {}: {}", config.model().path(), network);
        nativeOption.choose(config.blas());

        String master = spark.master(config.sparkConf());
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac collect", master, config.sparkConf()));
        try {
            Collected collected = stages.time("collect", () -> {
                RowSource.Opened rows = source.open(session, network, quarantine);
                return SparkKfac.collect(network, rows.dataset(), rows.options());
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

    private void report(Collected collected, Optional<Quarantine> quarantine) {
        StatisticsState statistics = collected.statistics();
        PrintWriter out = spec.commandLine().getOut();
        out.println(StatisticsTables.headline(statistics, collected.fisher()) + ", "
                + collected.input().groups().size() + " group(s) of "
                + collected.input().splits() + " split(s)");
        out.print(RowSource.leftOut(collected.skipped(), quarantine));
        out.print(StatisticsTables.traces(statistics));
    }
}
