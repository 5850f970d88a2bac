package org.sparkkfac.cli;

import java.io.PrintWriter;
import org.sparkkfac.cli.command.Commands;
import org.sparkkfac.cli.console.Logging;
import org.sparkkfac.cli.console.Terminal;
import org.sparkkfac.cli.failure.ComponentNames;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.failure.Failure;
import org.sparkkfac.cli.failure.UsageErrors;
import org.sparkkfac.cli.options.Choice;
import org.sparkkfac.cli.plan.JobPlan;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The entry point: {@code jobs/kfac}, and the main class for {@code spark-submit}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        int code = run(args);
        // Under YARN a successful driver must return: System.exit(0) would be reported as a failure.
        if (code != ExitCodes.DONE) {
            System.exit(code);
        }
    }

    /** Runs one command on the standard streams and returns its exit code; see {@link ExitCodes}. */
    static int run(String... args) {
        return run(commandLine(), args);
    }

    static int run(CommandLine line, String... args) {
        try {
            return line.execute(args);
        } catch (Throwable e) { // errors such as OutOfMemoryError, which picocli lets through
            return report(e, line);
        }
    }

    /** The command line with all commands, which prints to the standard streams. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new KfacCommand());
        Commands.ALL.forEach(line::addSubcommand);
        line.addSubcommand(new HelpCommand());
        line.setOut(new PrintWriter(System.out, true, Terminal.charset()));
        line.setErr(new PrintWriter(System.err, true, Terminal.charset()));
        line.registerConverter(JobPlan.Kind.class, new Choice<>(JobPlan.Kind.class));
        line.registerConverter(Method.class, new Choice<>(Method.class));
        line.registerConverter(StatisticKind.class, new Choice<>(StatisticKind.class));
        line.registerConverter(Initialization.class, new Choice<>(Initialization.class));
        line.registerConverter(Blas.Choice.class, new Choice<>(Blas.Choice.class));
        line.setExpandAtFiles(false);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(new UsageErrors());
        line.setExecutionExceptionHandler((e, command, parsed) -> report(e, command));
        line.setExecutionStrategy(Main::execute);
        return line;
    }

    private static int execute(ParseResult parsed) {
        boolean onlyHelp = parsed.asCommandLineList().stream()
                .anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
        if (!onlyHelp && parsed.hasSubcommand()) {
            KfacCommand root = (KfacCommand) parsed.commandSpec().userObject();
            Logging.configure(root.verbose());
        }
        return new RunLast().execute(parsed);
    }

    private static int report(Throwable e, CommandLine command) {
        // After Ctrl-C, Spark's shutdown hook stops the context under the command, which then fails with a puzzle.
        Failure failure = isStopping()
                ? Failure.of(ExitCodes.STORAGE, "stopped by a signal before it was done")
                : Failure.of(e, ComponentNames.of(command));
        failure.print(command.getErr());
        return failure.exitCode();
    }

    /** Whether the process is about to end: no hook can be added then. */
    private static boolean isStopping() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException stopping) {
            return true;
        }
    }
}
