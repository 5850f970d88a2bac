package org.sparkkfac.train.state;

/** What becomes of a step. A step that waits is in force; the next look at its rows decides. */
public enum Verdict {
    /** All of it stays. */
    ACCEPT("taken"),
    /** It raised the objective on its rows, or led to where that is not finite; a part of it stays. */
    SHORTEN("shortened"),
    /** The same; none of it stays. */
    REJECT("refused"),
    /** All of it stays until its rows have been asked. */
    WAIT("taken");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** The word in the metrics. */
    public String word() {
        return word;
    }
}
