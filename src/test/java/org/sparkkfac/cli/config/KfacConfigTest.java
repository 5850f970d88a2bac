package org.sparkkfac.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;

class KfacConfigTest {
    @TempDir
    private Path directory;

    @Test
    void theDefaultsAreThoseOfTheDesign() {
        KfacConfig config = KfacConfig.defaults();

        assertThat(config.fisher()).isEqualTo(Fisher.monteCarlo(1, 0));
        assertThat(config.statistics())
                .isEqualTo(new StatisticsPlan(
                        List.of(StatisticKind.KRONECKER),
                        Fisher.monteCarlo(1, 0),
                        Precision.DOUBLE,
                        1024,
                        List.of("*")));
        assertThat(config.groups()).isEqualTo(32);
        assertThat(config.precondition()).isEqualTo(new PreconditionSettings(Method.EIGEN, Damping.absolute(1e-3)));
        assertThat(config.blas()).isEqualTo(Blas.Choice.BUNDLED);
        assertThat(config.sparkConf()).isEmpty();
        assertThat(withSets("data.path=rows").data())
                .isEqualTo(new DataSettings(
                        "parquet",
                        Optional.of("rows"),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new ColumnNames.One("features"),
                        Optional.of(new ColumnNames.One("label")),
                        Optional.empty(),
                        Optional.empty(),
                        BadRows.FAIL,
                        Optional.empty(),
                        32 << 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conf/digits.conf",
                "conf/regression.conf",
                "conf/flights.conf",
                "conf/autoencoder.conf",
                "conf/two-outputs.conf",
                "conf/train-digits.conf"
            })
    void theExamplesLoad(String example) {
        KfacConfig config = KfacConfig.load(Optional.of(Path.of(example)), List.of());

        assertThat(config.data().path()).isPresent();
        assertThat(config.modelPath()).isNotBlank();
        assertThat(config.outputPath()).startsWith("out/");
        assertThat(config.statistics().kinds()).contains(StatisticKind.KRONECKER);
        assertThat(config.withoutEffect()).isEmpty();
        assertThat(config.train().withoutEffect()).isEmpty();
    }

    @Test
    void aSetOverridesTheFileWhichOverridesTheDefault() throws IOException {
        Path file = file("fisher { samples = 2, seed = 7 }");

        KfacConfig config = KfacConfig.load(Optional.of(file), List.of("fisher.samples=3", "fisher.samples=4"));

        assertThat(config.fisher()).isEqualTo(Fisher.monteCarlo(4, 7));
    }

    @Test
    void keysMayBeWrittenAsPathsInTheFile() throws IOException {
        assertThat(withFile("fisher.type = exact\ndata.path = rows").fisher().type())
                .isEqualTo(Fisher.Type.EXACT);
    }

    @Test
    void substitutionsSeeOtherKeysAndTheEnvironment() throws IOException {
        KfacConfig config = withFile("model.path = out\noutput.path = ${model.path}\"/more\"${?NOT_SET_ANYWHERE}");

        assertThat(config.outputPath()).isEqualTo("out/more");
    }

    @Test
    void columnsAreOneNameOrAListOfNames() {
        KfacConfig config = withSets("data.path=rows", "data.features=[age, bmi]", "data.label=null");

        assertThat(config.data().features()).isEqualTo(new ColumnNames.Many(List.of("age", "bmi")));
        assertThat(config.data().label()).isEmpty();
        assertThat(withSets("data.path=rows", "data.label=[x]").data().label())
                .contains(new ColumnNames.Many(List.of("x")));
    }

    @ParameterizedTest
    @CsvSource({"32MiB, 33554432", "500kB, 500000", "1048576, 1048576", "'64 m', 67108864"})
    void splitBytesIsAMemorySize(String text, long bytes) {
        assertThat(withSets("data.path=rows", "data.split-bytes=" + text).data().splitBytes())
                .isEqualTo(bytes);
    }

    @Test
    void optionsOfTheSourceAreTextByAnyName() throws IOException {
        KfacConfig config = withFile("data { path = a, options { header = true, \"a.b\" = 1.50, delimiter = \"\" } }");

        assertThat(config.data().options()).isEqualTo(Map.of("header", "true", "a.b", "1.50", "delimiter", ""));
    }

    @Test
    void sparkSettingsAreQuotedKeysThatMayBePrefixesOfEachOther() throws IOException {
        KfacConfig config = withFile("spark { \"spark.speculation\" = true, \"spark.speculation.interval\" = 100ms }");

        assertThat(config.sparkConf())
                .isEqualTo(Map.of("spark.speculation", "true", "spark.speculation.interval", "100ms"));
    }

    @Test
    void anUnquotedSparkSettingInTheFileIsRefusedBecauseItCouldSwallowAnother() throws IOException {
        Path file = file("spark {\n spark.speculation.interval = 1 }");

        assertRefused(() -> KfacConfig.load(Optional.of(file), List.of()))
                .hasMessageContaining(
                        "spark (" + file + ":2): a name with dots must be quoted: write \"spark.speculation");
        assertRefused(() -> withFile("spark.sql.shuffle.partitions = 8")).hasMessageContaining("must be quoted");
    }

    @Test
    void aSparkSettingThatDoesNotStartWithSparkIsRefused() {
        assertRefused(() -> withFile("spark { \"sql.ansi.enabled\" = true }"))
                .hasMessageContaining("did you mean \"spark.sql.ansi.enabled\"?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.executor.memory=4g",
                "spark.spark.executor.memory=4g",
                "spark.\"spark.executor.memory\"=4g",
                "spark={\"spark.executor.memory\"=4g}"
            })
    void aSetNamesASparkSettingWithOrWithoutQuotes(String set) {
        assertThat(withSets(set).sparkConf()).isEqualTo(Map.of("spark.executor.memory", "4g"));
    }

    @Test
    void nullTakesASparkSettingOut() throws IOException {
        Path file = file("spark { \"spark.a\" = 1, \"spark.b\" = 2 }");

        assertThat(KfacConfig.load(Optional.of(file), List.of("spark.a=null")).sparkConf())
                .isEqualTo(Map.of("spark.b", "2"));
    }

    @Test
    void settingsOfSparkInSystemPropertiesAndOtherJarsDoNotLeakIn() {
        System.setProperty("spark.leaked", "1");
        try {
            assertThat(KfacConfig.defaults().sparkConf()).isEmpty();
        } finally {
            System.clearProperty("spark.leaked");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://bucket/x/*.parquet",
                "file:///data/a//b",
                "part-[0-9].csv",
                "{a,b}.csv",
                "day=2024-01-01/hour=3",
                "a # b",
                "C:\\rows",
                "$HOME/${x}",
                "2024",
                "true",
                "a, b = c"
            })
    void aValueThatIsNotHoconIsTextAsItStands(String path) {
        assertThat(withSets("data.path=" + path).data().path()).contains(path);
    }

    @Test
    void aQuotedValueLosesItsQuotes() {
        assertThat(withSets("data.path=\"a\\tb\"").data().path()).contains("a\tb");
        assertThat(withSets("data.options.delimiter=\"\\t\"", "data.path=x")
                        .data()
                        .options())
                .isEqualTo(Map.of("delimiter", "\t"));
    }

    @Test
    void anOptionValueMayLookLikeAListOrAnObject() {
        assertThat(withSets("data.path=x", "data.options.a.b={x}[y").data().options())
                .isEqualTo(Map.of("a.b", "{x}[y"));
        assertThat(withSets("data.path=x", "data.options.filter=[1,2]").data().options())
                .isEqualTo(Map.of("filter", "[1,2]"));
    }

    @Test
    void aSingleKindOrLayerStandsForAListOfOne() {
        StatisticsPlan statistics =
                withSets("statistics.kinds=exact-block", "statistics.layers=*").statistics();

        assertThat(statistics.kinds()).containsExactly(StatisticKind.EXACT_BLOCK);
        assertThat(statistics.layers()).containsExactly("*");
    }

    @ParameterizedTest
    @CsvSource({
        "fisher.sampels=1, fisher.samples",
        "data.splitBytes=1, data.split-bytes",
        "damping=1, precondition.damping",
        "output.dir=x, output.path",
        "Model.Path=x, model.path",
        "data.badrows=skip, data.bad-rows",
        "blass=java, blas"
    })
    void anUnknownKeyIsAnErrorThatNamesTheNearest(String set, String nearest) {
        String key = set.substring(0, set.indexOf('='));
        assertRefused(() -> withSets(set))
                .hasMessage(key + " (--set " + set + "): unknown key; did you mean " + nearest + "?");
    }

    @Test
    void everyUnknownKeyOfAFileIsNamedWithItsLine() throws IOException {
        Path file = file("fisher {\n  sample = 1\n}\nstatistics.group = 3\n");

        assertRefused(() -> KfacConfig.load(Optional.of(file), List.of()))
                .hasMessageContaining("fisher.sample (" + file + ":2): unknown key; did you mean fisher.samples?")
                .hasMessageContaining("statistics.group (" + file + ":4)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    fisher.samples=many     | fisher.samples (--set fisher.samples=many): wants a whole number, not 'many'
                    fisher.samples=1.5      | wants a whole number, not '1.5'
                    fisher.samples=0        | fisher.samples (--set fisher.samples=0): must be at least 1, not 0
                    fisher.samples=1e10     | 10000000000 is too large
                    fisher.seed=1e30        | wants a whole number
                    fisher.type=mc          | wants one of exact, monte-carlo, empirical, not 'mc'
                    fisher.type=[exact]     | wants one of exact
                    fisher.type=null        | must not be null; leave the key out to have its default
                    precondition.damping=-1 | must be a finite number of at least 0, not -1.0
                    precondition.damping=1e999 | wants a finite number, not '1e999'
                    precondition.damping=NaN   | wants a number, not 'NaN'
                    precondition.relative-damping=-1 | precondition.relative-damping (--set
                    data.split-bytes=big    | wants a size such as 32MiB or 1048576, not 'big'
                    data.features=[]        | is an empty list
                    data.features=[a,a]     | data.features (--set data.features=[a,a]): names a column twice
                    data.weight=            | is empty; leave the key out, or write null
                    data.options=header     | wants settings in braces, not 'header'
                    statistics.kinds=[kronecker, full, kfac] | statistics.kinds (--set statistics.kinds=[kronecker, full, kfac]): wants one of
                    data=x                  | is a section; set one of its keys
                    blas=mkl                | wants one of bundled, system, java, not 'mkl'
                    noequals                | wants key=value, such as
                    a..b=1                  | is not a key
                    """)
    void aWrongValueIsRefusedWithKeyPlaceAndWhatIsAllowed(String set, String message) {
        assertRefused(() -> withSets(set)).hasMessageContaining(message);
    }

    @Test
    void aListWhereTextIsWantedIsRefusedWithItsLine() throws IOException {
        Path file = file("data {\n  path = [a, b]\n}");

        assertRefused(() -> KfacConfig.load(Optional.of(file), List.of()))
                .hasMessage("data.path (" + file + ":2): wants text, not a list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"db.events", "delta.`s3a://bucket/events`"})
    void aTableStandsInForAPath(String name) {
        DataSettings data = withSets("data.table=" + name, "data.where=a > 1 and b = 'x'", "data.pipeline=p")
                .data();

        assertThat(data.table()).contains(name);
        assertThat(data.path()).isEmpty();
        assertThat(data.where()).contains("a > 1 and b = 'x'");
        assertThat(data.pipeline()).contains("p");
    }

    @Test
    void aTableBesideAPathIsRefused() {
        assertRefused(() -> withSets("data.path=rows", "data.table=t").data())
                .hasMessage(
                        "data.table (--set data.table=t): is set, and so is data.path; take one of them out, such as"
                                + " with --set data.path=null");
    }

    @Test
    void rowsMayBeLimitedAndBadOnesLeftOut() {
        DataSettings data = withSets("data.path=rows", "data.limit=10", "data.bad-rows=skip")
                .data();

        assertThat(data.limit()).contains(10L);
        assertThat(data.badRows()).isEqualTo(BadRows.SKIP);
        assertRefused(() -> withSets("data.path=rows", "data.limit=0").data())
                .hasMessage("data.limit (--set data.limit=0): must be at least 1 row, not 0");
        assertRefused(() ->
                        withSets("data.path=rows", "data.bad-rows=quarantine").data())
                .hasMessageContaining("\"quarantine\" needs data.quarantine-path");
    }

    @Test
    void whatIsSetWithoutEffectIsNamedWithItsPlaceAndItsReason() {
        assertThat(withSets("data.bad-rows=skip", "data.quarantine-path=q").withoutEffect())
                .containsExactly(
                        "data.quarantine-path (--set data.quarantine-path=q): has no effect with data.bad-rows = skip");
        assertThat(withSets("fisher.type=exact", "fisher.samples=4", "fisher.seed=5")
                        .withoutEffect())
                .containsExactly(
                        "fisher.samples (--set fisher.samples=4): has no effect with fisher.type = exact",
                        "fisher.seed (--set fisher.seed=5): has no effect with fisher.type = exact");
        assertThat(withSets("data.bad-rows=quarantine", "data.quarantine-path=q", "fisher.samples=4", "fisher.seed=5")
                        .withoutEffect())
                .isEmpty();
    }

    @Test
    void aMissingPathIsRefusedOnlyWhenItIsNeeded() {
        KfacConfig config = KfacConfig.defaults();

        assertRefused(config::modelPath).hasMessageStartingWith("model.path is not set");
        assertRefused(config::outputPath).hasMessageStartingWith("output.path is not set");
        assertRefused(config::data).hasMessageStartingWith("data.path is not set");
        assertThat(withSets("data.format=jdbc").data().path()).isEmpty();
    }

    @Test
    void theEmpiricalFisherNeedsALabel() {
        assertRefused(() -> withSets("fisher.type=empirical", "data.label=null"))
                .hasMessageContaining("needs the labels in the data");
    }

    @Test
    void aFileThatIsNotThereOrNotHoconIsRefused() throws IOException {
        Path missing = directory.resolve("missing.conf");
        assertRefused(() -> KfacConfig.load(Optional.of(missing), List.of()))
                .hasMessageStartingWith(missing + ": there is no such configuration file");
        assertRefused(() -> KfacConfig.load(Optional.of(directory), List.of())).hasMessageContaining("is a directory");

        Path broken = file("model {\n  path = \"a\n}\n");
        assertRefused(() -> KfacConfig.load(Optional.of(broken), List.of())).hasMessageStartingWith(broken + ":2: ");

        Path unresolved = file("\nmodel.path = ${nowhere}");
        assertRefused(() -> KfacConfig.load(Optional.of(unresolved), List.of()))
                .hasMessageStartingWith(unresolved + ":2: ")
                .hasMessageContaining("nowhere");
    }

    @Test
    void whatIsPrintedLoadsAgainAsTheSame() throws IOException {
        KfacConfig config = withSets(
                "model.path=a \"quoted\" ${name}",
                "data.path=s3a://b/*.parquet",
                "data.label=null",
                "data.features=[x, y]",
                "data.options.a.b=1",
                "data.split-bytes=12345",
                "fisher.samples=\"3\"",
                "statistics.kinds=[diagonal, kronecker]",
                "precondition.damping=1e-12",
                "precondition.relative-damping=0.5",
                "spark.executor.memory=4g");

        KfacConfig again = withFile(config.render());

        assertThat(again.render()).isEqualTo(config.render());
        assertThat(again.toJsonMap()).isEqualTo(config.toJsonMap());
        assertThat(again.data()).isEqualTo(config.data());
        assertThat(again.precondition()).isEqualTo(config.precondition());
        assertThat(again.sparkConf()).isEqualTo(config.sparkConf());
        assertThat(again.modelPath()).isEqualTo(config.modelPath());
    }

    @Test
    void whatIsPrintedDoesNotDependOnTheOrderOrSpellingOfTheInput() throws IOException {
        String one = withFile("fisher { samples = 2, seed = 1 }\ndata.split-bytes = 64MiB")
                .render();
        String two = withFile("data { split-bytes = 64m }\nfisher.seed = 1\nfisher.samples = \"2\"")
                .render();

        assertThat(one).isEqualTo(two).contains("samples=2", "split-bytes=\"64MiB\"", "type=monte-carlo");
    }

    @Test
    void theManifestHasEveryKeyInTheOrderOfTheReference() {
        Map<String, Object> map = withSets("data.path=rows").toJsonMap();

        assertThat(map.keySet())
                .containsExactly(
                        "model", "data", "fisher", "statistics", "precondition", "train", "blas", "spark", "output");
        assertThat(map.get("fisher")).isEqualTo(Map.of("type", "monte-carlo", "samples", 1L, "seed", 0L));
        assertThat(map.get("statistics"))
                .isEqualTo(Map.of(
                        "kinds",
                        List.of("kronecker"),
                        "layers",
                        List.of("*"),
                        "precision",
                        "double",
                        "block-rows",
                        1024L,
                        "groups",
                        32L));
    }

    @Test
    void secretsReachTheReaderButAreNotShown() {
        KfacConfig config = withSets(
                "data.path=x",
                "data.options.password=hush",
                "data.options.url=jdbc:x?password=hush",
                "spark.hadoop.fs.s3a.secret.key=hush");

        assertThat(config.data().options()).containsEntry("password", "hush");
        assertThat(config.sparkConf()).containsEntry("spark.hadoop.fs.s3a.secret.key", "hush");
        assertThat(config.render()).doesNotContain("hush");
        assertThat(config.toJsonMap().toString()).doesNotContain("hush");
        assertRefused(() -> withFile(config.render())).hasMessageContaining("put its value back");
    }

    private static KfacConfig withSets(String... sets) {
        return KfacConfig.load(Optional.empty(), List.of(sets));
    }

    private KfacConfig withFile(String text) throws IOException {
        return KfacConfig.load(Optional.of(file(text)), List.of());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("kfac.conf"), text);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOf(UserException.class).hasMessageNotContaining("\n");
    }
}
