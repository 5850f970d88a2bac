package org.sparkkfac.cli;

import picocli.CommandLine.Option;

/** {@code --overwrite}, for the commands that write an artefact. */
final class OverwriteOption {
    @Option(
            names = "--overwrite",
            description = "Replace what is at the output path; without this an existing artefact is refused.")
    private boolean overwrite;

    boolean overwrite() {
        return overwrite;
    }
}
