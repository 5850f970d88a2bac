package org.sparkkfac.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sparkkfac.Setting;
import org.sparkkfac.train.optimiser.OptimiserType;
import org.sparkkfac.train.optimiser.Optimisers;

class ReferenceConfTest {
    private static final List<String> LINES = ReferenceConf.text().lines().toList();
    private static final Config CONFIG = ReferenceConf.parse();

    @Test
    void hasExactlyTheKeysThatTheProgramKnows() {
        List<String> keys = new ArrayList<>();
        collect("", CONFIG.root(), keys);

        assertThat(keys)
                .containsExactlyInAnyOrderElementsOf(
                        Keys.ALL.stream().map(Key::path).toList());
    }

    @TestFactory
    Stream<DynamicTest> givesEveryKeyTheDefaultOfItsSetting() {
        return Keys.ALL.stream()
                .map(key -> dynamicTest(key.path(), () -> {
                    ConfigValue value = value(key.path());
                    Optional<?> written = value.valueType() == ConfigValueType.NULL
                            ? Optional.empty()
                            : Optional.of(key.type().read().apply(value));
                    assertThat(written).isEqualTo(key.setting().standard());
                    assertThat(written.isPresent() || key.setting().isOptional())
                            .isTrue();
                }));
    }

    @TestFactory
    Stream<DynamicTest> saysWhatEveryKeyMeansInTheCommentAboveIt() {
        return Keys.ALL.stream()
                .map(key -> dynamicTest(
                        key.path(),
                        () -> assertThat(comment(key.path()))
                                .containsIgnoringCase(key.setting().meaning())));
    }

    @Test
    void everyDefaultIsInItsRange() {
        for (Key<?> key : Keys.ALL) {
            check(key.setting());
        }
    }

    private static <T> void check(Setting<T> setting) {
        setting.standard().ifPresent(setting::check);
    }

    @Test
    void noKeyIsAPrefixOfAnother() {
        for (Key<?> key : Keys.ALL) {
            assertThat(Keys.ALL).noneMatch(other -> other.path().startsWith(key.path() + "."));
        }
    }

    @Test
    void namesEveryOptimiserAndItsDefaults() {
        for (OptimiserType type : Optimisers.types()) {
            assertThat(LINES).contains("  # " + type + ": " + type.meaning());
        }
        assertThat(ReferenceConf.text()).contains("#   where null: learning-rate.rate 0.1, momentum 0.9\n");
    }

    private static ConfigValue value(String path) {
        ConfigValue value = CONFIG.root();
        for (String name : ConfigUtil.splitPath(path)) {
            value = ((ConfigObject) value).get(name);
        }
        return value;
    }

    /** The lines of comment right above a key, as one. */
    private static String comment(String path) {
        int line = value(path).origin().lineNumber() - 1;
        Deque<String> comment = new ArrayDeque<>();
        while (LINES.get(--line).strip().startsWith("#")) {
            comment.addFirst(LINES.get(line).strip().substring(1).strip());
        }
        return String.join(" ", comment);
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
