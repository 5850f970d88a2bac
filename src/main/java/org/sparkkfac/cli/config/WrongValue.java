package org.sparkkfac.cli.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;

/** A value of the configuration that its key cannot hold; knows where the value stands. */
final class WrongValue extends IllegalArgumentException {
    private final transient ConfigOrigin origin;

    WrongValue(ConfigValue value, String problem) {
        super(problem);
        this.origin = value.origin();
    }

    ConfigOrigin origin() {
        return origin;
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
