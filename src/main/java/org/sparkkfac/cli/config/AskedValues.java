package org.sparkkfac.cli.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.train.optimiser.Optimisers;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;

/** Values that remember which settings were asked for, so that those that training passed over can be named. */
final class AskedValues implements SettingValues {
    private final SettingValues values;
    private final Set<Setting<?>> asked = new HashSet<>();

    AskedValues(SettingValues values) {
        this.values = values;
    }

    @Override
    public <T> Optional<T> find(Setting<T> setting) {
        asked.add(setting);
        return values.find(setting);
    }

    /** Keys of the training that were not asked for, each with those that make it superfluous. */
    Map<Key<?>, List<Key<?>>> passedOver() {
        Map<Key<?>, List<Key<?>>> passed = new LinkedHashMap<>();
        Keys.in(Keys.TRAIN).stream()
                .filter(key -> !asked.contains(key.setting()) && !key.isIn(Keys.CHECKPOINT))
                .forEach(key -> passed.put(key, because(key)));
        return passed;
    }

    private List<Key<?>> because(Key<?> key) {
        if (key.isIn(Keys.PERTURBATION)) {
            return List.of(Keys.of(PerturbationSettings.ENABLED));
        }
        return key.isIn(Keys.LEARNING_RATE) && asked.contains(Schedule.SHAPE)
                ? List.of(Keys.of(Schedule.SHAPE))
                : List.of(Keys.of(Optimisers.OPTIMISER), Keys.of(Optimisers.MODE));
    }
}
