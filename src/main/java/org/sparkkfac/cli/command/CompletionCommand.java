package org.sparkkfac.cli.command;

import org.sparkkfac.cli.failure.ExitCodes;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code kfac completion}. */
@Command(
        name = "completion",
        description = "Prints a script that completes commands and options in bash and zsh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(kfac completion)                       for this shell",
            "  kfac completion >> ~/.bash_completion           for every bash to come"
        })
final class CompletionCommand extends Subcommand {
    @Override
    int run() {
        print(AutoComplete.bash("kfac", root()));
        return ExitCodes.DONE;
    }
}
