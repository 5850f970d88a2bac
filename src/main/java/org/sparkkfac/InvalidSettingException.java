package org.sparkkfac;

import java.util.List;

/** A value that a setting cannot have. The message names the setting in words; a front end puts its own name there. */
public final class InvalidSettingException extends UserException {
    private final transient Setting<?> setting;
    private final transient List<Setting<?>> mending;
    private final String reason;

    InvalidSettingException(Setting<?> setting, String reason, List<Setting<?>> mending) {
        super(setting.words() + ": " + reason);
        this.setting = setting;
        this.mending = mending;
        this.reason = reason;
    }

    /** Whose value is wrong. */
    public Setting<?> setting() {
        return setting;
    }

    /** The settings that mend it. */
    public List<Setting<?>> mending() {
        return mending;
    }

    /** What is wrong and how to mend it, without the name of the setting. */
    public String reason() {
        return reason;
    }
}
