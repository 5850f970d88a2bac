package org.sparkkfac.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SparkOptionsTest {
    private static final Map<String, String> CONFIGURED = Map.of("spark.master", "configured");

    private final Properties submitted = new Properties();

    @Command
    private static final class Holder {
        @Mixin
        private final SparkOptions spark = new SparkOptions();
    }

    @BeforeEach
    void submit() {
        submitted.setProperty("spark.master", "submitted");
    }

    @Test
    void theMasterIsTheOptionThenTheConfigurationThenSparkSubmitsThenLocal() {
        assertThat(parse("--master", "flag").master(CONFIGURED, submitted)).isEqualTo("flag");
        assertThat(parse().master(CONFIGURED, submitted)).isEqualTo("configured");
        assertThat(parse().master(Map.of(), submitted)).isEqualTo("submitted");
        assertThat(parse().master(Map.of(), new Properties())).isEqualTo("local[*]");
    }

    private static SparkOptions parse(String... args) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(args);
        return holder.spark;
    }
}
