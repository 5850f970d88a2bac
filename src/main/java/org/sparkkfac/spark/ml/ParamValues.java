package org.sparkkfac.spark.ml;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.CommonSettings;
import org.sparkkfac.train.optimiser.OptimiserType;
import org.sparkkfac.train.optimiser.OptimiserType.Mode;
import org.sparkkfac.train.optimiser.Optimisers;
import org.sparkkfac.train.optimiser.Schedule;

/** What the params of a stage say of the settings of a training. */
final class ParamValues implements SettingValues {
    private final Map<Setting<?>, Optional<?>> values;

    /**
     * The values for a dataset.
     *
     * @param rows of the dataset
     */
    ParamValues(KfacParams params, long rows) {
        long batch = params.getBatchSize();
        OptimiserType type = type(params);
        values = EstimatorDefaults.of(type, batch == 0 ? rows : Math.min(batch, rows));
        values.put(Optimisers.OPTIMISER, Optional.of(type.name()));
        values.put(Optimisers.MODE, Optional.of(type.mode()));
        putIfSet(Schedule.RATE, params, params.stepSize());
        putIfSet(CommonSettings.DAMPING, params, params.damping());
        values.put(CommonSettings.MOMENTUM, Optional.of(params.getMomentum()));
        values.put(Regularisation.DECAY, Optional.of(params.getRegParam()));
        values.put(CommonSettings.STEPS, Optional.of((long) params.getMaxIter()));
        if (batch > 0) {
            values.put(BatchSettings.ROWS, Optional.of(batch));
        }
        values.put(Fisher.SEED, Optional.of(params.getSeed()));
        values.put(TrainingSettings.SEED, Optional.of(params.getSeed()));
    }

    /** The optimiser, which has fixed steps if it has no others. */
    private static OptimiserType type(KfacParams params) {
        Mode mode = params.getMode().equals(Mode.ADAPTIVE.toString()) ? Mode.ADAPTIVE : Mode.FIXED;
        return Optimisers.find(params.getOptimizer(), mode)
                .or(() -> Optimisers.find(params.getOptimizer(), Mode.FIXED))
                .orElseThrow();
    }

    private void putIfSet(Setting<Double> setting, KfacParams params, Param<?> param) {
        if (params.isDefined(param)) {
            values.put(setting, Optional.of(params.getOrDefault(param)));
        }
    }

    @Override
    @SuppressWarnings("unchecked") // what is put for a setting is of its type
    public <T> Optional<T> find(Setting<T> setting) {
        return values.containsKey(setting) ? (Optional<T>) values.get(setting) : setting.standard();
    }
}
