package org.sparkkfac.cli.options;

import picocli.CommandLine.Option;

/** {@code --json}, for the commands whose result can be read by a program. */
public final class JsonOption {
    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /** Whether it was given. */
    public boolean json() {
        return json;
    }
}
