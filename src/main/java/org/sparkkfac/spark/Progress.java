package org.sparkkfac.spark;

/** Follows the progress of a job. Calls may come from several threads; they never throw and are cheap. */
public interface Progress {
    /** Follows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void start(String what, long totalParts) {}

        @Override
        public void update(long partsDone, long rows) {}

        @Override
        public void done() {}
    };

    /**
     * A job begins.
     *
     * @param what the job in one or two words, such as {@code collect}
     * @param totalParts the parts that there are to do
     */
    void start(String what, long totalParts);

    /**
     * What is done since {@link #start}.
     *
     * @param partsDone finished parts
     * @param rows rows in them, as far as known
     */
    void update(long partsDone, long rows);

    /** The job has ended, well or not. Later calls, before the next start, are ignored. */
    void done();
}
