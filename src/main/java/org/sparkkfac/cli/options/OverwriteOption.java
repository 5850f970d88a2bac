package org.sparkkfac.cli.options;

import picocli.CommandLine.Option;

/** {@code --overwrite}, for the commands that write an artefact. */
public final class OverwriteOption {
    @Option(
            names = "--overwrite",
            description = "Replace what is at the output path; without this an existing artefact is refused.")
    private boolean overwrite;

    /** Whether it was given. */
    public boolean overwrite() {
        return overwrite;
    }
}
