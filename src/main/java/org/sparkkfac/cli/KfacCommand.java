package org.sparkkfac.cli;

import org.sparkkfac.cli.command.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code kfac} itself, which does nothing but hold the commands. */
@Command(
        name = "kfac",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Fisher information at the scale of a data lake: curvature statistics of a neural network over all the"
                        + " rows that Spark can read, their inverse, and what can be done with it.",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands (kfac COMMAND --help says more):%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a bug, with a stack trace",
            "2:you can mend it: a path, a row, a setting",
            "3:the numbers do not allow it: a singular factor, an overflow",
            "4:Spark or the storage failed: lost executors, timeouts, no space, no memory"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac collect --conf conf/digits.conf --print-config",
            "  kfac collect --conf conf/digits.conf --set fisher.samples=4 --overwrite",
            "  kfac collect --conf conf/digits.conf --set data.path=s3a://b/*.parquet",
            "  source <(kfac completion)",
            "",
            "Results go to stdout, logs and progress to stderr. Every key of the",
            "configuration, with its default, is explained in reference.conf in the jar."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KfacCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show Spark's warnings and errors too.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        String commands = String.join(", ", spec.subcommands().keySet());
        throw new ParameterException(spec.commandLine(), "which command? There are " + commands);
    }
}
