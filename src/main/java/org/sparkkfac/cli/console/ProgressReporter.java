package org.sparkkfac.cli.console;

import java.io.PrintStream;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import org.sparkkfac.spark.Progress;

/** Shows progress on stderr: a bar on a terminal, else a log line now and then. */
public final class ProgressReporter {
    private ProgressReporter() {}

    /** The reporter that suits this process. */
    public static Progress forStandardError() {
        PrintStream err = System.err;
        return Terminal.isStandardErrorInteractive()
                ? new ProgressBarReporter(err, Terminal.columns(System.getenv()))
                : new ProgressLines(LoggerFactory.getLogger(ProgressLines.class)::info, System::nanoTime);
    }

    static String rate(long rows, double seconds) {
        return rows == 0 || seconds <= 0 ? "" : String.format(Locale.ROOT, "%,d rows/s", Math.round(rows / seconds));
    }
}
