package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

/** jobs/java.options, which jobs/kfac and the tests use, does not fall behind the Spark that this is built for. */
final class JavaOptionsTest {
    @Test
    void everyFlagThatSparkNeedsIsInTheSharedList() throws IOException {
        Path shared = Path.of(Objects.requireNonNull(System.getProperty("kfac.basedir")), "jobs", "java.options");
        List<String> needed = Stream.of(
                        JavaModuleOptions.defaultModuleOptions().trim().split("\\s+"))
                .filter(option -> !option.equals("--add-modules=jdk.incubator.vector"))
                .toList();
        assertThat(Files.readAllLines(shared)).containsAll(needed).hasSizeGreaterThan(needed.size());
    }
}
