package org.sparkkfac.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ComponentNamesTest {
    @Command(name = "any")
    @SuppressWarnings("UnusedVariable") // picocli reads which options there are
    private static final class AnyCommand implements Runnable {
        @Option(names = "--method")
        private Optional<String> method = Optional.empty();

        @Option(names = "--overwrite")
        private boolean overwrite;

        @Override
        public void run() {}
    }

    private static String line(UserException refusal, String... arguments) {
        CommandLine command = new CommandLine(new AnyCommand());
        command.parseArgs(arguments);
        return ComponentNames.of(command).line(refusal);
    }

    @Test
    void aRefusalStartsWithItsPlaceAndEndsWithItsMends() {
        assertThat(line(UserException.at(
                        Component.DATA_PATH,
                        "x: cannot be read; check it",
                        Component.DATA_FORMAT,
                        Component.OVERWRITE)))
                .isEqualTo("data.path: x: cannot be read; check it (data.format, --overwrite)");
        assertThat(line(new UserException("broken"))).isEqualTo("broken");
    }

    @Test
    void anOptionIsThePlaceOnlyWhereItWasGiven() {
        UserException refusal = UserException.at(Component.METHOD, "does not fit", Component.METHOD);

        assertThat(line(refusal)).isEqualTo("precondition.method: does not fit (--method)");
        assertThat(line(refusal, "--method", "full")).isEqualTo("--method: does not fit (--method)");
        assertThat(ComponentNames.keys().line(refusal))
                .isEqualTo("precondition.method: does not fit (precondition.method)");
    }

    @Test
    void rowsToValidateOnHaveKeysOfTheirOwn() {
        assertThat(ComponentNames.keys()
                        .line(UserException.at(Component.DATA_WHERE, "no", Component.LABEL)
                                .ofValidation()))
                .isEqualTo("data.validation.where: no (data.label)");
    }

    @ParameterizedTest
    @EnumSource(Component.class)
    void everyComponentIsAnOptionOrAKeyOfTheConfiguration(Component component) {
        String name =
                ComponentNames.keys().line(new UserException("", component)).replaceAll("[ ()]", "");

        if (!name.startsWith("--")) {
            Object value = KfacConfig.defaults().toJsonMap();
            for (String part : name.split("\\.")) {
                assertThat(value).as(name).isInstanceOf(Map.class);
                assertThat(((Map<?, ?>) value).containsKey(part)).as(name).isTrue();
                value = Optional.<Object>ofNullable(((Map<?, ?>) value).get(part))
                        .orElse("null");
            }
        }
        assertThat(Arrays.asList("", "null")).doesNotContain(name);
    }
}
