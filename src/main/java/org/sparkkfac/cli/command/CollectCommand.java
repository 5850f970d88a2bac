package org.sparkkfac.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.text.SkippedText;
import org.sparkkfac.cli.text.StatisticsTables;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.Collected;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kfac collect}. */
@Command(
        name = "collect",
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
final class CollectCommand extends ConfiguredCommand {
    @Mixin
    private OverwriteOption overwrite;

    @Override
    int run(KfacConfig config) throws Exception {
        Location output = location(config.outputPath(), hadoop(config));
        StatisticsArtefact.checkDestination(output, overwrite.overwrite());
        Input input = input(config, config.modelPath(), Map.of("output.path", output), overwrite.overwrite());
        Network network = input.network();
        input.source().options().plan().select(network.layers());
        Collected collected = onRows(config, input, rows -> SparkKfac.collect(network, rows.dataset(), rows.options()));
        stages.time("write", () -> {
            ObjectNode settings = Json.object(config.toJsonMap());
            SparkKfac.writeStatistics(output, network, input.options(), collected, settings, overwrite.overwrite());
            return output;
        });
        stages.wrote("statistics", config.outputPath());
        print(
                StatisticsTables.headline(collected.statistics(), collected.fisher()),
                ", " + collected.input().groups().size() + " group(s) of "
                        + collected.input().splits() + " split(s)\n",
                SkippedText.of(collected.skipped(), input.quarantine().map(Quarantine::place)),
                StatisticsTables.traces(collected.statistics()),
                stages.summary());
        return ExitCodes.DONE;
    }
}
