package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.Precision;

/** One layer that gets wider. */
final class WidthBench implements Bench {
    @Override
    public String name() {
        return "width";
    }

    @Override
    public String description() {
        return "collect one dense layer of 1,024 … 16,384 inputs and 10 outputs on 4·10⁷/width generated rows, default"
                + " spark.driver.maxResultSize, -Xmx20g; the clock holds the job; the peak is that of live heap";
    }

    @Override
    public void run(Setting setting, Results results) {
        for (int width : setting.sizesOr(1024, 2048, 4096, 8192, 16_384)) {
            long rows = setting.rowsOr(40_000_000L / width);
            double flop = rows * WidthWorker.options()
                            .plan()
                            .request(WidthWorker.network(width))
                            .flopsOfRow(WidthWorker.network(width));
            List<Case> one = new ArrayList<>(List.of(new Forked(
                    width + " inputs, " + rows + " rows",
                    Precision.DOUBLE,
                    flop,
                    List.of("-Xmx20g"),
                    WidthWorker.class,
                    setting.master(),
                    rows + "",
                    width + "")));
            int repetitions = width > 8192 ? 1 : setting.repetitions();
            new Timing(width > 8192 ? 0 : 1, repetitions)
                    .run(one)
                    .forEach((each, seconds) -> results.add(each, seconds, null));
            results.add(
                    width + " inputs",
                    "double",
                    Map.of(
                            "state_mib",
                            WidthWorker.options()
                                            .plan()
                                            .request(WidthWorker.network(width))
                                            .stateBytes(WidthWorker.network(width))
                                    / 1048576.0));
        }
    }
}
