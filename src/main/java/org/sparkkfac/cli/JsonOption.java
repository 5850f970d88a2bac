package org.sparkkfac.cli;

import picocli.CommandLine.Option;

/** {@code --json}, for the commands whose result can be read by a program. */
final class JsonOption {
    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    boolean json() {
        return json;
    }
}
