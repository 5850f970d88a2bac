package org.sparkkfac.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.SparkPass;

/** The pass of {@link StatisticsBench} against the programs of {@code src/jmh/python}, on the same rows and threads. */
final class PeersBench implements Bench {
    /** What is asked for in one run. */
    private enum Work {
        FACTORS("factors", Columns.unlabelled("features")),
        ALL("factors, gradient, loss", StatisticsBench.ITSELF);

        private final String title;
        private final Columns columns;

        Work(String title, Columns columns) {
            this.title = title;
            this.columns = columns;
        }

        CollectOptions options(Precision precision) {
            return StatisticsBench.options(precision).withColumns(columns);
        }

        double flop(Network network, Precision precision) {
            Request request = options(precision).plan().request(network);
            Request asked = this == ALL ? request : Request.of(request.part(Statistics.class).orElseThrow());
            return StatisticsBench.ROWS * asked.flopsOfRow(network);
        }
    }

    /** All cases of one precision, in turns. */
    private static final class Round implements AutoCloseable {
        private final Network network;
        private final Precision precision;
        private final Map<Work, SparkPass> passes = new EnumMap<>(Work.class);
        private final Map<Work, Figures> found = new EnumMap<>(Work.class);
        private final Map<Work, Case> ours = new EnumMap<>(Work.class);
        private final Map<Case, Work> cases = new LinkedHashMap<>();
        private final List<Peer> peers = new ArrayList<>();

        Round(Network network, Precision precision) {
            this.network = network;
            this.precision = precision;
        }

        void addOurs(Dataset<Row> digits, Work work) {
            CollectOptions options = work.options(precision);
            SparkPass pass = new SparkPass(digits, options).persist(StorageLevel.MEMORY_ONLY());
            passes.put(work, pass);
            Case timed = new Case.Timed(title("spark-kfac", work), precision, work.flop(network, precision), () -> {
                long start = System.nanoTime();
                var state = StatisticsBench.pass(pass, network, options.plan());
                double seconds = (System.nanoTime() - start) / 1e9;
                found.put(work, Figures.of(state));
                return seconds;
            });
            ours.put(work, timed);
            cases.put(timed, work);
        }

        void add(Peer peer) {
            peers.add(peer);
            for (Work work : Work.values()) {
                String request = work == Work.ALL ? "all" : "factors";
                double flop = work.flop(network, precision);
                cases.put(
                        new Case.Timed(title(peer.name(), work), precision, flop, () -> {
                            double seconds = peer.run(request);
                            peer.check(found.get(work));
                            return seconds;
                        }),
                        work);
            }
        }

        void run(Timing timing, Results results) {
            Map<Case, double[]> seconds = timing.run(List.copyOf(cases.keySet()));
            cases.forEach((each, work) -> {
                double median = results.add(each, seconds.get(each), null);
                Case base = ours.get(work);
                if (each != base) {
                    double speedup = median / Timing.median(seconds.get(base));
                    results.add("spark-kfac over " + each.name(), precision.toString(), Map.of("speedup", speedup));
                }
            });
        }

        private static String title(String who, Work work) {
            return who + ": " + work.title;
        }

        @Override
        public void close() {
            peers.forEach(Peer::close);
            passes.values().forEach(SparkPass::close);
        }
    }

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String description() {
        return "network, rows and pass of 'statistics', kept as blocks, against curvlinops, kronfluence, kfac-jax and a loop of"
                + " PyTorch made for this, with as many threads, each in a process of its own, in turns; everybody's rows are in"
                + " memory and in batches before the clock starts, peers' batches have the size that is fastest of 1000,"
                + " 2000, 4000 or --sizes, and what peers find is checked against ours. Their flop are those that the"
                + " work needs, not those that they spend";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.autoencoder();
            Dataset<Row> digits = Mnist.read(session, setting.data(), 2, StatisticsBench.GROUPS);
            Path folder = write(network, digits, setting.data().resolve("peers"));
            for (Precision precision : setting.precisions()) {
                try (Round round = new Round(network, precision)) {
                    for (Work work : Work.values()) {
                        round.addOurs(digits, work);
                    }
                    startPeers(precision, folder, setting).forEach(round::add);
                    round.run(setting.timing(), results);
                }
            }
        } finally {
            session.stop();
        }
    }

    private static List<Peer> startPeers(Precision precision, Path folder, Setting setting) {
        List<String> torch = List.of("KFAC_PYTHON");
        List<String> jax = List.of("KFAC_PYTHON_JAX", "KFAC_PYTHON");
        List<Peer> peers = new ArrayList<>();
        Peer.start("PyTorch", "with_torch.py", torch, precision, folder, setting)
                .ifPresent(peers::add);
        Peer.start("curvlinops", "with_curvlinops.py", torch, precision, folder, setting)
                .ifPresent(peers::add);
        Peer.start("kronfluence", "with_kronfluence.py", torch, precision, folder, setting)
                .ifPresent(peers::add);
        Peer.start("kfac-jax", "with_kfac_jax.py", jax, precision, folder, setting)
                .ifPresent(peers::add);
        return peers;
    }

    /** The model, and the rows as little-endian doubles, where peers look for them. */
    private static Path write(Network network, Dataset<Row> digits, Path folder) {
        SparkKfac.writeModel(Location.of(folder.resolve("model").toString(), new Configuration(false)), network, true);
        try (FileChannel file = FileChannel.open(
                folder.resolve("rows"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Double.BYTES * network.inputs()).order(ByteOrder.LITTLE_ENDIAN);
            for (Row row : digits.select("features").collectAsList()) {
                bytes.clear();
                row.<Double>getList(0).forEach(bytes::putDouble);
                file.write(bytes.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }
}
