package org.sparkkfac.cli.command;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Mixin;

/**
 * What commands with a configuration have: they read it once, then rows, model and BLAS, and start Spark last, since that
 * takes seconds.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class ConfiguredCommand extends Subcommand {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredCommand.class);

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private NativeOption nativeOption;

    /** Work in a session. */
    interface InSession<T> {
        /** Runs it. */
        T run(SparkSession session) throws Exception;
    }

    /** Work on rows. */
    interface OnRows<T> {
        /** Runs it. */
        T run(RowSource.Opened rows) throws Exception;
    }

    /** The rows of a command, the place for the bad ones, and the model. */
    record Input(RowSource source, Optional<Quarantine> quarantine, Network network) {
        /** How a pass reads the rows. */
        CollectOptions options() {
            return quarantine
                    .map(BadRowPolicy::quarantine)
                    .map(source.options()::withBadRows)
                    .orElse(source.options());
        }
    }

    @Override
    final int run() throws Exception {
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        return config.isPresent() ? run(config.get()) : ExitCodes.DONE;
    }

    /** Runs the command with its configuration and gives its exit code. */
    abstract int run(KfacConfig config) throws Exception;

    static Configuration hadoop(KfacConfig config) {
        return HadoopSettings.load(config.sparkConf());
    }

    final String master(KfacConfig config) {
        return spark.master(config.sparkConf());
    }

    final void chooseBlas(KfacConfig config) {
        nativeOption.choose(config.blas());
    }

    /**
     * Reads what can be read before Spark is started.
     *
     * @param outputs what the command writes, by the settings that name it; none may lie among the rows
     * @param overwrite whether bad rows of an earlier run may be replaced
     */
    final Input input(KfacConfig config, String model, Map<String, Location> outputs, boolean overwrite) {
        RowSource source = RowSource.of(config, hadoop(config));
        source.refuseAmongRows(outputs);
        Optional<Quarantine> quarantine = source.quarantine(outputs, overwrite);
        Network network = ModelDirectory.read(location(model, source.hadoop()));
        LOG.info("model {}: {}", model, network);
        chooseBlas(config);
        return new Input(source, quarantine, network);
    }

    /** Starts Spark for some work and stops it afterwards. */
    final <T> T inSession(KfacConfig config, Map<String, String> defaults, InSession<T> work) throws Exception {
        Map<String, String> settings = new TreeMap<>(defaults);
        settings.putAll(config.sparkConf());
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac " + spec.name(), master(config), settings));
        try {
            return work.run(session);
        } finally {
            session.stop();
        }
    }

    /** Starts Spark and opens the rows for some work, which is a stage of the command's name. */
    final <T> T onRows(KfacConfig config, Input input, OnRows<T> work) throws Exception {
        return inSession(
                config,
                Map.of(),
                session -> stages.time(
                        spec.name(),
                        () -> work.run(input.source().open(session, input.network(), input.quarantine()))));
    }
}
