package org.sparkkfac.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceConfTest {
    private static final Path FILE = Path.of("src/main/resources/reference.conf");

    @Test
    void hasExactlyTheKeysThatTheProgramKnows() {
        List<String> keys = new ArrayList<>();
        collect("", ConfigFactory.parseFile(FILE.toFile()).root(), keys);

        assertThat(keys)
                .containsExactlyInAnyOrderElementsOf(
                        Keys.ALL.stream().map(Key::path).toList());
    }

    @Test
    void explainsEveryKeyInACommentRightAboveIt() throws Exception {
        List<String> lines = Files.readAllLines(FILE);
        for (Key<?> key : Keys.ALL) {
            String name = key.path().substring(key.path().lastIndexOf('.') + 1);
            int at = lines.indexOf(lines.stream()
                    .filter(line -> line.strip().startsWith(name + " ") && (line.contains("=") || line.contains("{}")))
                    .findFirst()
                    .orElseThrow());
            assertThat(lines.get(at - 1).strip()).as(key.path()).startsWith("#");
        }
    }

    @Test
    void noKeyIsAPrefixOfAnother() {
        for (Key<?> key : Keys.ALL) {
            assertThat(Keys.ALL).noneMatch(other -> other.path().startsWith(key.path() + "."));
        }
    }

    private static void collect(String prefix, ConfigObject object, List<String> keys) {
        object.forEach((name, value) -> {
            if (value instanceof ConfigObject section && !section.isEmpty()) {
                collect(prefix + name + ".", section, keys);
            } else {
                keys.add(prefix + name);
            }
        });
    }
}
