package org.sparkkfac.cli.options;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparkkfac.nn.activation.Activations;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.precondition.Method;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What can be named on the command line, from the lists in which the library keeps it. */
public final class Registries {
    private Registries() {}

    /** Names of activations, for picocli. */
    public static final class ActivationNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Activations.names().iterator();
        }
    }

    /** Names of likelihoods, for picocli. */
    public static final class LikelihoodNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Likelihoods.names().iterator();
        }
    }

    /** A line of help for every likelihood: its name, its labels, its constants. */
    public static Stream<String> likelihoods() {
        return Likelihoods.names().stream().map(name -> {
            Likelihood likelihood = Likelihoods.create(name, Map.of());
            String constants = likelihood.parameters().entrySet().stream()
                    .map(constant -> "; " + constant.getKey() + " (" + constant.getValue() + ")")
                    .collect(Collectors.joining());
            return "  %-18s %s%s".formatted(name, likelihood.meaning(), constants);
        });
    }

    /** A line of help for every method of inversion: its name, its formula, its statistic. */
    public static Stream<String> methods() {
        return Arrays.stream(Method.values())
                .map(method -> "  %-16s %s; from %s"
                        .formatted(method, method.formula(), method.structure().statistic()));
    }

    /** Puts lines before the footer of a command's help. */
    public static void headFooter(CommandSpec command, Stream<String> lines) {
        UsageMessageSpec usage = command.usageMessage();
        usage.footer(Stream.concat(lines, Arrays.stream(usage.footer())).toArray(String[]::new));
    }
}
