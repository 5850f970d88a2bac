package org.sparkkfac.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sparkkfac.UserException;

/** What a command would take. */
public interface JobPlan {
    /** For people. */
    String text();

    /** For programs. */
    ObjectNode json();

    boolean fits();

    /**
     * Refuses what cannot fit.
     *
     * @throws UserException that says what takes the room and what to change
     */
    void check();
}
