package org.sparkkfac.cli.console;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The terminal, if there is one. */
public final class Terminal {
    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 40;

    private Terminal() {}

    /**
     * Whether somebody watches stderr. {@code System.console()} asks about stdin and stdout, which may be redirected while
     * stderr is not, and the other way round; so a child process that inherits our stderr is asked to look.
     */
    static boolean isStandardErrorInteractive() {
        return !Objects.equals(System.getenv("TERM"), "dumb") && isTerminal(Redirect.INHERIT);
    }

    static boolean isTerminal(Redirect standardError) {
        try {
            Process test = new ProcessBuilder("sh", "-c", "test -t 2")
                    .redirectError(standardError)
                    .start();
            return test.waitFor(2, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException noShell) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * How text is encoded: as the locale says, but in the bare locale of containers and cron jobs, which knows ASCII alone,
     * in UTF-8 rather than with a question mark for each λ.
     */
    public static Charset charset() {
        Charset ofLocale = Charset.defaultCharset();
        return ofLocale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : ofLocale;
    }

    /** The width of the terminal where the shell exports it, else 80. */
    static int columns(Map<String, String> environment) {
        try {
            return Math.max(MIN_COLUMNS, Integer.parseInt(environment.getOrDefault("COLUMNS", "")));
        } catch (NumberFormatException notSet) {
            return DEFAULT_COLUMNS;
        }
    }
}
