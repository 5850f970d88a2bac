package org.sparkkfac.cli.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a command has found. */
public interface Answer {
    /** For programs. */
    ObjectNode json();

    /** For people, in whole lines. */
    String text();
}
