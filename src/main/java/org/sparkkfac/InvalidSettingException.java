package org.sparkkfac;

import java.util.List;

/** A value that a setting cannot have. The message names the setting in words; a front end puts its own name there. */
public final class InvalidSettingException extends UserException {
    private final transient Setting<?> setting;
    private final transient List<Setting<?>> mending;
    private final String problem;

    InvalidSettingException(Setting<?> setting, String problem, List<Setting<?>> mending) {
        super(setting.words() + ": " + problem);
        this.setting = setting;
        this.mending = mending;
        this.problem = problem;
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
    @Override
    public String problem() {
        return problem;
    }
}
