package org.sparkkfac;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that the user can mend: a wrong path, a bad row, a setting that does not fit the model. Exit code 2.
 *
 * <p>The message is one line that says what is wrong, where, and how to mend it. It names components in words; {@link #at}
 * and {@link #mends} say which, so that a front end can add the names that its users know.
 */
public class UserException extends RuntimeException {
    private final @Nullable Component at;
    private final List<Component> mends;
    private final String problem;

    /** A refusal that names nothing but what is in its message. */
    public UserException(String message, Component... mends) {
        this(null, message, null, mends);
    }

    /** As {@link #UserException(String, Component...)}, for a reason. */
    public UserException(String message, @Nullable Throwable cause, Component... mends) {
        this(null, message, cause, mends);
    }

    private UserException(@Nullable Component at, String problem, @Nullable Throwable cause, Component... mends) {
        super(at == null ? problem : at + ": " + problem, cause);
        this.at = at;
        this.mends = List.of(mends);
        this.problem = problem;
    }

    /** A refusal of the value of a component. */
    public static UserException at(Component at, String problem, Component... mends) {
        return new UserException(at, problem, null, mends);
    }

    /** As {@link #at(Component, String, Component...)}, for a reason. */
    public static UserException at(Component at, String problem, @Nullable Throwable cause, Component... mends) {
        return new UserException(at, problem, cause, mends);
    }

    /** This refusal with the place in front at which it was met. */
    public UserException within(Object place) {
        return new UserException(null, place + ": " + getMessage(), this, mends.toArray(Component[]::new));
    }

    /** This refusal, met in the rows to validate on. */
    public UserException ofValidation() {
        Component[] others = mends.stream().map(Component::ofValidation).toArray(Component[]::new);
        return new UserException(at == null ? null : at.ofValidation(), problem, this, others);
    }

    /** The component whose value is wrong, if it is one. */
    public Optional<Component> at() {
        return Optional.ofNullable(at);
    }

    /** The components that mend it. */
    public List<Component> mends() {
        return mends;
    }

    /** What is wrong and how to mend it, without {@link #at}. */
    public String problem() {
        return problem;
    }
}
