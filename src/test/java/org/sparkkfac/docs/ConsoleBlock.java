package org.sparkkfac.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of {@code console}: commands after {@code "$ "}, each followed by what it prints. HTML comments right
 * before the fence, which the reader of the page does not see, say how it is checked:
 *
 * <ul>
 *   <li>{@code <!-- not run: REASON -->}: shown, not run;
 *   <li>{@code <!-- varies: REGEX -->}: what the expression matches may be anything that it matches;
 *   <li>{@code <!-- within: 0.05 -->}: numbers with a decimal point may differ by this part of them.
 * </ul>
 */
record ConsoleBlock(
        Page page, int line, Optional<String> notRun, List<Pattern> varies, double within, List<Command> commands) {
    private static final Pattern COMMENT = Pattern.compile("<!-- (not run|varies|within): (.*) -->");
    private static final String PROMPT = "$ ";

    /** A command and the lines that it prints. */
    record Command(int line, String text, List<String> output) {}

    static ConsoleBlock of(Page.Fence fence) {
        Optional<String> notRun = Optional.empty();
        List<Pattern> varies = new ArrayList<>();
        double within = 0;
        for (String comment : fence.comments()) {
            Matcher matcher = COMMENT.matcher(comment);
            if (!matcher.matches()) {
                throw new AssertionError(fence + ": " + comment + " is no comment of a console block");
            }
            switch (matcher.group(1)) {
                case "not run" -> notRun = Optional.of(matcher.group(2));
                case "varies" -> varies.add(Pattern.compile(matcher.group(2)));
                default -> within = Double.parseDouble(matcher.group(2));
            }
        }
        return new ConsoleBlock(fence.page(), fence.line(), notRun, varies, within, commands(fence));
    }

    private static List<Command> commands(Page.Fence fence) {
        List<Command> commands = new ArrayList<>();
        List<String> lines = fence.lines();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(PROMPT)) {
                int start = i;
                StringBuilder text = new StringBuilder(line.substring(PROMPT.length()));
                while (text.toString().endsWith("\\")) {
                    text.setLength(text.length() - 1);
                    text.append(lines.get(++i).strip());
                }
                commands.add(new Command(fence.line() + start + 1, text.toString(), new ArrayList<>()));
            } else if (commands.isEmpty()) {
                throw new AssertionError(fence + ": a console block begins with \"$ command\"");
            } else {
                commands.get(commands.size() - 1).output().add(line);
            }
        }
        return commands;
    }
}
