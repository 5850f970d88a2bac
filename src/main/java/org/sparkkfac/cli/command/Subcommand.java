package org.sparkkfac.cli.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.text.Answer;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands have: help, a version, stdout, and the time that stages take. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the field
abstract class Subcommand implements Callable<Integer> {
    /** Picocli's own account of the command. */
    @Spec
    CommandSpec spec;

    /** The stages of this call. */
    StageTimes stages = new StageTimes();

    @Override
    public final Integer call() throws Exception {
        stages = new StageTimes();
        return run();
    }

    /** Runs the command and gives its exit code. */
    abstract int run() throws Exception;

    /** A place on the file systems that Spark's settings of this process name. */
    final Location location(String path) {
        return location(path, HadoopSettings.load());
    }

    static Location location(String path, Configuration hadoop) {
        return Location.of(path, hadoop);
    }

    final CommandLine root() {
        return spec.root().commandLine();
    }

    /** Prints results, whole lines each. */
    final void print(Object... lines) {
        PrintWriter out = spec.commandLine().getOut();
        for (Object line : lines) {
            out.print(line);
        }
        out.flush();
    }

    /** Prints a line on stderr that is no log. */
    final void warn(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    /** Prints what was found. */
    final void answer(Answer answer, boolean json) {
        print(json ? Json.pretty(answer.json()) : answer.text() + stages.summary());
    }
}
