package org.sparkkfac.cli.plan;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.sparkkfac.Quantities;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.DataSettings;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.plan.KeptRows;
import org.sparkkfac.spark.plan.MemoryLimits;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.spark.rows.SourceFiles;

/**
 * What is known of a job before Spark is started.
 *
 * @param config of the job
 * @param source the rows, and how they are read
 * @param network the model
 * @param conf Spark's settings, with the master
 */
public record EstimateInputs(KfacConfig config, RowSource source, Network network, SparkConf conf) {
    /** Rows that are expected. */
    public record Rows(Optional<SourceFiles> files, OptionalLong count, boolean isAtMost) {
        /** Their number, 0 where it is not known. */
        long known() {
            return count.orElse(0);
        }

        /** How many there are at least: none where a condition may leave some out. */
        long certain() {
            return isAtMost ? 0 : known();
        }

        /** For people. */
        String text() {
            String number = count.isPresent()
                    ? (isAtMost ? "at most " : "") + Table.count(count.getAsLong())
                    : "not known; say --rows N";
            return number
                    + files.map(some -> " in " + Table.count(some.files()) + " file(s), "
                                    + Quantities.size(some.bytes()) + ", " + Table.count(some.splits()) + " split(s)")
                            .orElse("");
        }
    }

    /** The inputs under this master and the settings of the configuration. */
    public static EstimateInputs of(KfacConfig config, RowSource source, Network network, String master) {
        SparkConf conf = new SparkConf();
        config.sparkConf().forEach(conf::set);
        conf.setMaster(master);
        return new EstimateInputs(config, source, network, conf);
    }

    /**
     * Rows of a source, from the footers of its files or as the user says.
     *
     * @param said how many there are, if that was said
     */
    public Rows rows(RowSource of, OptionalLong said) {
        DataSettings data = of.data();
        if (said.orElse(1) < 1) {
            throw new UserException("--rows must be at least 1, not " + said.getAsLong());
        }
        Optional<SourceFiles> files = data.readsFiles()
                ? Optional.of(
                        SourceFiles.of(data.path().orElseThrow(), data.format(), data.splitBytes(), source.hadoop()))
                : Optional.empty();
        OptionalLong known =
                said.isPresent() ? said : files.map(SourceFiles::rows).orElse(OptionalLong.empty());
        OptionalLong limited = known.isPresent() && data.limit().isPresent()
                ? OptionalLong.of(Math.min(known.getAsLong(), data.limit().get()))
                : known;
        return new Rows(files, limited, said.isEmpty() && data.where().isPresent());
    }

    /** How many tasks run at once. */
    int tasksAtOnce() {
        return MemoryLimits.tasksAtOnce(conf);
    }

    MemoryLimits limits() {
        return MemoryLimits.of(conf, tasksAtOnce());
    }

    /** Groups of a pass over rows in these files. */
    public int groups(Rows rows) {
        int splits = rows.files().map(SourceFiles::splits).orElse(Integer.MAX_VALUE);
        return Math.min(source.options().groups(), splits);
    }

    /**
     * The cost of a training. Rows count as far as files tell how many there are to be kept, and no condition leaves some
     * of them out: for what could be less, nothing is refused.
     */
    public TrainingCost training(Optional<RowSource> validation) {
        Rows rows = rows(source, OptionalLong.empty());
        long watched = validation
                .map(some -> rows(some, OptionalLong.empty()).certain())
                .orElse(0L);
        return training(groups(rows), rows.certain() + watched);
    }

    /** The cost of a training that keeps this number of rows. */
    public TrainingCost training(int groups, long rows) {
        MemoryLimits limits = limits();
        KeptRows kept = new KeptRows(
                rows,
                KeptRows.bytesOfRow(
                        network,
                        source.options().plan().precision(),
                        source.data().weight().isPresent()),
                limits.executors(conf),
                limits.storageBytes(conf));
        return TrainingCost.of(config.train().training(), source.options().plan(), network, groups, kept, limits);
    }
}
