package org.sparkkfac.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.sparkkfac.io.files.Json;

final class InspectionTextTest {
    private static ObjectNode statistics() {
        return Json.object()
                .put("path", "out/statistics")
                .put("format", "spark-kfac/statistics")
                .put("rows", 30)
                .put("total_weight", 30)
                .putNull("mean_loss");
    }

    @Test
    void statisticsOfATrainingAreNotSaidToBeWithoutLabels() {
        ObjectNode averaged = statistics();
        averaged.putObject("training").put("steps", 1200);
        assertThat(new InspectionText(averaged).text())
                .contains("0 skipped, a running average over the steps of a training of 1,200 steps\n")
                .doesNotContain("no labels");
        assertThat(new InspectionText(statistics()).text()).contains("0 skipped, no labels\n");
    }
}
