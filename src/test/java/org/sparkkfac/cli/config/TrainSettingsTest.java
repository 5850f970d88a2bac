package org.sparkkfac.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;

/** The section {@code train}. */
final class TrainSettingsTest {
    @TempDir
    private Path directory;

    private static KfacConfig config(String... sets) {
        return KfacConfig.load(Optional.empty(), List.of(sets));
    }

    private static TrainingSettings train(String... sets) {
        return config(sets).train().training();
    }

    private static void refused(String message, String... sets) {
        assertThatThrownBy(() -> config(sets).train())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    void theDefaultsOfFixedSteps() {
        TrainingSettings settings = train();
        CurvatureSettings optimiser = (CurvatureSettings) settings.optimiser();
        assertThat(optimiser.method()).isEqualTo(Method.FACTORED);
        assertThat(optimiser.rate()).isEqualTo(Schedule.constant(0.3));
        assertThat(optimiser.momentum()).isEqualTo(0.7);
        assertThat(optimiser.damping().value()).isEqualTo(1e-3);
        assertThat(optimiser.clip()).isEqualTo(0.1);
        assertThat(optimiser.averaging().fraction()).isEqualTo(0.25);
        assertThat(optimiser.averaging().inversionPeriod()).isEqualTo(5);
        assertThat(settings.batch().rows()).isEqualTo(1000);
        assertThat(settings.batch().fullAt()).isZero();
        assertThat(settings.iterateDecay()).isEqualTo(0.9);
        assertThat(settings.regularisation().decay()).isZero();
        assertThat(settings.stopping().epochs()).isEqualTo(20);
        assertThat(settings.stopping().steps()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theDefaultsOfAdaptiveSteps() {
        TrainingSettings settings = train("train.mode=adaptive");
        AdaptiveSettings optimiser = (AdaptiveSettings) settings.optimiser();
        assertThat(optimiser.damping()).isEqualTo(150);
        assertThat(optimiser.averaging().fraction()).isEqualTo(0.125);
        assertThat(optimiser.averaging().inversionPeriod()).isEqualTo(20);
        assertThat(settings.batch().fullAt()).isEqualTo(500);
        assertThat(settings.iterateDecay()).isEqualTo(0.99);
        assertThat(settings.regularisation().decay()).isEqualTo(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"ekfac, ekfac", "natural-gradient, natural-gradient", "diagonal, diagonal", "sgd, sgd", "adam, adam"})
    void everyOptimiserHasItsName(String name, String expected) {
        assertThat(train("train.optimiser=" + name).optimiser().name()).isEqualTo(expected);
    }

    @Test
    void whatIsSetIsTaken() {
        TrainingSettings settings = train(
                "train.optimiser=natural-gradient",
                "train.blocks=full",
                "train.learning-rate.schedule=cosine",
                "train.learning-rate.rate=0.2",
                "train.stop.steps=40",
                "train.clip=null",
                "train.decay=0.1",
                "train.decay-biases=false",
                "train.batch-rows=null",
                "train.perturbation.enabled=true");
        PerturbationSettings outer = (PerturbationSettings) settings.optimiser();
        CurvatureSettings inner = (CurvatureSettings) outer.base();
        assertThat(inner.method()).isEqualTo(Method.FULL);
        assertThat(inner.rate()).isEqualTo(new Schedule.Cosine(0.2, 0, 40));
        assertThat(inner.clip()).isInfinite();
        assertThat(settings.regularisation().withoutBiases()).isTrue();
        assertThat(settings.batch().rows()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refused(
                "train.mode (--set train.mode=adaptive): \"adaptive\" is for kfac only; choose another mode, or another"
                        + " optimiser (train.optimiser)",
                "train.mode=adaptive",
                "train.optimiser=sgd");
        refused("train.learning-rate.over", "train.learning-rate.schedule=cosine");
        refused("data.validation", "train.stop.patience=3");
        refused("wants true or false, not 'maybe'", "train.decay-biases=maybe");
        refused("train.momentum (--set train.momentum=1.5): must be in [0, 1), not 1.5", "train.momentum=1.5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train.clip=0.2 | train.mode=adaptive | train.optimiser = kfac and train.mode = adaptive
            train.clip=null | train.mode=adaptive | train.optimiser = kfac and train.mode = adaptive
            train.learning-rate.rate=0.2 | train.mode=adaptive | train.optimiser = kfac and train.mode = adaptive
            train.learning-rate.factor=0.9 | train.mode=fixed | train.learning-rate.schedule = constant
            train.inverse=eigen | train.optimiser=ekfac | train.optimiser = ekfac and train.mode = fixed
            train.blocks=full | train.optimiser=kfac | train.optimiser = kfac and train.mode = fixed
            train.damping=1 | train.optimiser=sgd | train.optimiser = sgd and train.mode = fixed
            train.adam.beta1=0.5 | train.optimiser=sgd | train.optimiser = sgd and train.mode = fixed
            train.momentum=0.5 | train.optimiser=adam | train.optimiser = adam and train.mode = fixed
            train.adaptive.gamma-period=3 | train.mode=fixed | train.optimiser = kfac and train.mode = fixed
            train.perturbation.radius=0.2 | train.optimiser=sgd | train.perturbation.enabled = false
            """)
    void whatIsSetWithoutEffectIsNamedWithItsPlaceAndItsReason(String idle, String set, String because) {
        String key = idle.substring(0, idle.indexOf('='));
        assertThat(config(set, idle).train().withoutEffect())
                .containsExactly(key + " (--set " + idle + "): has no effect with " + because);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train.mode=adaptive",
                "train.optimiser=ekfac",
                "train.optimiser=natural-gradient",
                "train.optimiser=diagonal",
                "train.optimiser=sgd",
                "train.optimiser=adam",
                "train.perturbation.enabled=true",
                "train.clip=0.5",
                "train.checkpoint.every=7",
                "train.checkpoint.path=elsewhere"
            })
    void whatHasAnEffectOrIsTheDefaultIsNotNamed(String set) throws IOException {
        KfacConfig config = config(set);
        assertThat(config.train().withoutEffect()).isEmpty();
        Path printed = Files.writeString(directory.resolve("printed.conf"), config.render());
        assertThat(KfacConfig.load(Optional.of(printed), List.of()).train().withoutEffect())
                .isEmpty();
    }

    @Test
    void validationTakesWhatItDoesNotSetFromTheRowsToLearnFrom() {
        assertThat(config("data.path=a").validation()).isEmpty();
        DataSettings same = config("data.path=a", "data.where=x > 1", "data.limit=5", "data.validation.where=x < 1")
                .validation()
                .orElseThrow();
        assertThat(same.path()).contains("a");
        assertThat(same.where()).contains("x < 1");
        assertThat(same.limit()).isEmpty();
        DataSettings other =
                config("data.path=a", "data.validation.path=b").validation().orElseThrow();
        assertThat(other.path()).contains("b");
        assertThat(other.where()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void aLimitOfNoRowsToValidateOnIsRefusedByItsKey(String limit) {
        assertThatThrownBy(() ->
                        config("data.path=a", "data.validation.limit=" + limit).validation())
                .isInstanceOf(UserException.class)
                .hasMessage("data.validation.limit (--set data.validation.limit=" + limit
                        + "): must be at least 1 row, not " + limit);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train.validation-period=0 | train.mode=fixed
            train.checkpoint.every=0 | train.mode=fixed
            train.checkpoint.keep=0 | train.mode=fixed
            train.damping=-1 | train.mode=fixed
            train.damping=-1 | train.mode=adaptive
            train.statistics.period=0 | train.mode=fixed
            train.statistics.inversion-period=0 | train.mode=adaptive
            train.adaptive.damping-period=0 | train.mode=adaptive
            train.adaptive.gamma-period=0 | train.mode=adaptive
            train.adam.beta1=1 | train.optimiser=adam
            train.adam.beta2=-1 | train.optimiser=adam
            train.adam.epsilon=0 | train.optimiser=adam
            train.perturbation.radius=0 | train.perturbation.enabled=true
            train.perturbation.covariance-radius=0 | train.perturbation.enabled=true
            train.perturbation.offset=-1 | train.perturbation.enabled=true
            train.perturbation.damping=-1 | train.perturbation.enabled=true
            train.learning-rate.over=0 | train.learning-rate.schedule=cosine
            train.stop.steps=1 | train.learning-rate.schedule=cosine
            train.learning-rate.rate=0 | train.mode=fixed
            train.learning-rate.every=0 | train.learning-rate.schedule=step
            """)
    void whatIsOutOfRangeIsNamedByItsKey(String wrong, String set) {
        assertThatThrownBy(() -> config(set, wrong).train())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(wrong.substring(0, wrong.indexOf('=')) + " ")
                .hasMessageContaining("must be ");
    }

    @ParameterizedTest
    @CsvSource({
        "train.damping, 1e999",
        "train.clip, 1e400",
        "train.stop.epochs, 1e999",
        "train.stop.target-loss, -1e999",
        "train.adam.epsilon, 2e308"
    })
    void anInfiniteNumberIsRefusedByItsKey(String key, String value) {
        refused(
                key + " (--set " + key + "=" + value + "): wants a finite number, not '" + value + "'",
                key + "=" + value);
    }

    @Test
    void theCourseHoldsWhatFixesTheNumbersAndNoMore() {
        var course = config().train().course();
        assertThat(course.keySet()).containsExactly("data", "fisher", "statistics", "train", "blas");
        assertThat(course.get("train").toString()).contains("momentum", "seed").doesNotContain("checkpoint", "stop");
        assertThat(config().train().stop().toString()).contains("epochs");
    }
}
