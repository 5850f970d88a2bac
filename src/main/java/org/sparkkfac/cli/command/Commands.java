package org.sparkkfac.cli.command;

import java.util.List;

/** All commands, in the order of the help. */
public final class Commands {
    /** The classes, of which the command line makes one instance each. */
    public static final List<Class<?>> ALL = List.of(
            QuickstartCommand.class,
            InitCommand.class,
            PlanCommand.class,
            CollectCommand.class,
            TrainCommand.class,
            MergeCommand.class,
            InvertCommand.class,
            SolveCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            InspectCommand.class,
            ReportCommand.class,
            InfoCommand.class,
            CompletionCommand.class);

    private Commands() {}
}
