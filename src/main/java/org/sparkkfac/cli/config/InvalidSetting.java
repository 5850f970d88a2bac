package org.sparkkfac.cli.config;

/**
 * A value that a settings record does not accept. {@link KfacConfig} turns it into a {@link org.sparkkfac.UserException}
 * that also says where the value came from; a program that builds such a record itself has a bug.
 */
final class InvalidSetting extends IllegalArgumentException {
    private final String key;
    private final String problem;

    InvalidSetting(String key, String problem) {
        super(key + ": " + problem);
        this.key = key;
        this.problem = problem;
    }

    static void unless(boolean valid, Key<?> key, String problem) {
        if (!valid) {
            throw new InvalidSetting(key.path(), problem);
        }
    }

    String key() {
        return key;
    }

    String problem() {
        return problem;
    }
}
