package org.sparkkfac.train.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.InvalidSettingException;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;

/** What holds for every optimiser that is registered. */
final class OptimisersTest {
    private static List<OptimiserType> types() {
        return Optimisers.types();
    }

    @ParameterizedTest
    @MethodSource("types")
    void anOptimiserIsMadeFromItsDefaultsAndHasItsName(OptimiserType type) {
        assertThat(type.create(Setting::standard).name()).isEqualTo(type.name());
        assertThat(type.meaning()).isNotBlank();
    }

    /** Else a user could not take the setting's own default out by null. */
    @ParameterizedTest
    @MethodSource("types")
    void itHasDefaultsOnlyForSettingsThatHaveNone(OptimiserType type) {
        assertThat(type.defaults().keySet())
                .allSatisfy(setting -> assertThat(setting.standard()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("types")
    void itAsksForItsOwnSettings(OptimiserType type) {
        Set<Setting<?>> asked = new HashSet<>();
        type.create(new SettingValues() {
            @Override
            public <T> Optional<T> find(Setting<T> setting) {
                asked.add(setting);
                return setting.standard();
            }
        });
        assertThat(asked).containsAll(type.settings());
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatIsSetCountsMoreThanItsDefaults(OptimiserType type) {
        type.defaults()
                .keySet()
                .forEach(setting -> assertThat(type.under(none()).find(setting))
                        .isEqualTo(Optional.of(type.defaults().get(setting))));
        SettingValues damped = new SettingValues() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> Optional<T> find(Setting<T> setting) {
                return setting == CommonSettings.DAMPING ? (Optional<T>) Optional.of(7.0) : Optional.empty();
            }
        };
        assertThat(type.under(damped).get(CommonSettings.DAMPING)).isEqualTo(7);
    }

    @Test
    void anOptimiserOfAdaptiveStepsAloneIsFoundByItsMode() {
        assertThat(Optimisers.find("kfac", OptimiserType.Mode.ADAPTIVE)).contains(AdaptiveSettings.KFAC);
        assertThat(Optimisers.find("sgd", OptimiserType.Mode.ADAPTIVE)).isEmpty();
        assertThat(Optimisers.names()).doesNotHaveDuplicates().contains("kfac", "adam");
        assertThat(types().stream().map(OptimiserType::toString)).doesNotHaveDuplicates();
    }

    @Test
    void anAbsentModeIsRefusedByTheSettingAndWhatMendsIt() {
        SettingValues adaptive = new SettingValues() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> Optional<T> find(Setting<T> setting) {
                return setting == Optimisers.MODE
                        ? (Optional<T>) Optional.of(OptimiserType.Mode.ADAPTIVE)
                        : (Optional<T>) Optional.of("sgd");
            }
        };
        assertThatThrownBy(() -> Optimisers.of(adaptive)).isInstanceOfSatisfying(InvalidSettingException.class, e -> {
            assertThat(e.setting()).isSameAs(Optimisers.MODE);
            assertThat(e.mending()).containsExactly(Optimisers.OPTIMISER);
        });
    }

    @Test
    void aDefaultOutOfRangeIsRefused() {
        assertThatThrownBy(() -> SgdSettings.SGD.withDefault(CommonSettings.MOMENTUM, 1.0))
                .hasMessage("momentum: must be in [0, 1), not 1.0");
    }

    private static SettingValues none() {
        return new SettingValues() {
            @Override
            public <T> Optional<T> find(Setting<T> setting) {
                return Optional.empty();
            }
        };
    }
}
