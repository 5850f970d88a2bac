package org.sparkkfac.cli.config;

import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;

/** How statistics are inverted. */
public record PreconditionSettings(Method method, Damping damping) {
    static final Setting<Method> METHOD = Setting.<Method>of("method", Method.class, "how the statistics are inverted")
            .withDefault(Method.EIGEN);

    static PreconditionSettings of(SettingValues values) {
        return new PreconditionSettings(values.get(METHOD), Damping.of(values));
    }
}
