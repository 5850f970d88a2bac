package org.sparkkfac.cli.command;

import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.text.StatisticsTables;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.artefact.StatisticsMerge;
import org.sparkkfac.io.artefact.StatisticsPart;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kfac merge}. */
@Command(
        name = "merge",
        description = "Adds the statistics of disjoint rows, such as days or regions, that were collected with the same"
                + " model: the result is what one collection over all the rows would have given. Starts no Spark.",
        footerHeading = "%nHow it adds:%n",
        footer = {
            "  Statistics are sums over rows, so those of two days are added, in the",
            "  order given. Model, fisher.type, fisher.samples, precision and kinds must",
            "  agree, and no rows may be there twice; which rows a directory holds is",
            "  known by the fingerprint in its manifest, also if it is a sum itself.",
            "",
            "  With --weights, all sums and the total weight of a part are multiplied: 0.9",
            "  for what was there and 1 for the new day forgets exponentially. The number",
            "  of rows is not multiplied. The output may be one of the parts, with",
            "  --overwrite: a running sum, which stays as it was if anything fails.",
            "",
            "  eigen-corrected cannot be added across days, whose eigenbases differ:",
            "  collect it over all the days at once, or leave it out with --kinds.",
            "",
            "Examples:",
            "  kfac merge out/monday out/tuesday --output out/week",
            "  kfac merge out/week out/today --weights 0.9,1 \\",
            "      --output out/week --overwrite",
            "  kfac merge out/monday out/tuesday --kinds kronecker --output out/week",
            "",
            "Afterwards: kfac inspect DIR, kfac invert --statistics DIR …"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class MergeCommand extends Subcommand {
    private static final Logger LOG = LoggerFactory.getLogger(MergeCommand.class);

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Statistics that kfac collect or kfac merge wrote.")
    private List<String> directories;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "The directory of the sum.")
    private String output;

    @Option(
            names = "--weights",
            split = ",",
            paramLabel = "W",
            description = "A factor ≥ 0 for each directory. Default: 1 each.")
    private List<Double> weights = List.of();

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description = "Add these statistics alone: kronecker, exact-block, diagonal, eigen-corrected, full."
                    + " Default: all, which every directory must then have.")
    private List<StatisticKind> kinds = List.of();

    @Option(names = "--allow-duplicates", description = "Add even what holds the same rows.")
    private boolean allowDuplicates;

    @Mixin
    private OverwriteOption overwrite;

    @Override
    int run() throws Exception {
        refuseEmpty("--weights", weights, "0.9,1");
        refuseEmpty("--kinds", kinds, "kronecker,diagonal");
        Configuration hadoop = HadoopSettings.load();
        Location destination = Location.of(output, hadoop);
        List<Location> locations =
                directories.stream().map(path -> Location.of(path, hadoop)).toList();
        List<Double> factors = weights.isEmpty() ? Collections.nCopies(locations.size(), 1.0) : weights;
        StatisticsMerge merge = StatisticsMerge.of(locations, factors, kinds, allowDuplicates);
        StatisticsArtefact.checkDestination(destination, overwrite.overwrite());
        StatisticsState sum = stages.time(
                "add",
                () -> merge.sum(part -> LOG.info(
                        "added {}: {} rows, weight {}",
                        part.directory(),
                        Table.count(part.rows()),
                        Table.plain(part.weight()))));
        stages.time("write", () -> {
            SparkKfac.writeStatistics(destination, merge, sum, overwrite.overwrite());
            return destination;
        });
        stages.wrote("statistics", output);
        report(merge, sum);
        return ExitCodes.DONE;
    }

    /** An option that is there but lists nothing is a mistake, not the default. */
    private void refuseEmpty(String option, List<?> values, String example) {
        if (values.isEmpty() && spec.commandLine().getParseResult().hasMatchedOption(option)) {
            throw new UserException(option + " lists nothing; write " + option + " " + example + ", or leave it out");
        }
    }

    private void report(StatisticsMerge merge, StatisticsState sum) {
        int count = merge.parts().size();
        Table table = new Table("part", "rows", "total weight", "factor", "share");
        for (StatisticsPart part : merge.parts()) {
            double share = part.weight() * part.totalWeight() / sum.totalWeight();
            table.add(
                    part.directory().toString(),
                    Table.count(part.rows()),
                    String.valueOf(part.totalWeight()),
                    Table.plain(part.weight()),
                    Table.number(100 * share) + " %");
        }
        print(
                StatisticsTables.headline(sum, merge.fisher()),
                ", " + count + (count == 1 ? " part\n" : " parts\n"),
                table,
                StatisticsTables.traces(sum),
                stages.summary());
    }
}
