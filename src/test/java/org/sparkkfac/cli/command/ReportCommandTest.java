package org.sparkkfac.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.cli.Kfac;
import org.sparkkfac.cli.failure.ExitCodes;

final class ReportCommandTest {
    private static final String STEP = "{\"step\":1,\"epoch\":1.0,\"rows\":10,\"loss\":0.5,\"r2\":0.25,\"outcome\":"
            + "\"taken\",\"distance\":1.5,\"jobs\":1,\"rows_touched\":10,\"data_seconds\":1.0,"
            + "\"statistics_seconds\":0.0,\"inversion_seconds\":0.0,\"seconds\":1.0}\n";

    @TempDir
    private Path directory;

    @Test
    void aTrainingBecomesAPageOrATable() throws Exception {
        Files.writeString(directory.resolve("metrics.jsonl"), STEP);
        Path page = directory.resolve("page.html");
        Kfac.Result made = Kfac.run("report", directory, "--output", page).succeeded();
        assertThat(made.out()).isEqualTo("wrote a report of 1 steps to " + page + "\n");
        assertThat(Files.readString(page)).contains("<title>" + directory + "</title>");

        Path table = directory.resolve("table.csv");
        Kfac.run("report", directory.resolve("metrics.jsonl"), "--output", table)
                .succeeded();
        assertThat(Files.readAllLines(table)).hasSize(2).last().isEqualTo("1,1,10,0.5,0.25,1.5,1,10,1,0,0,1,taken");

        assertThat(Kfac.run("report", directory, "--output", page).err()).contains("allow overwriting (--overwrite)");
        Kfac.run("report", directory, "--output", page, "--overwrite", "--title", "λ")
                .succeeded();
        assertThat(Files.readString(page)).contains("<title>λ</title>");
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws Exception {
        Path metrics = directory.resolve("metrics.jsonl");
        assertRefused("holds no metrics.jsonl", directory, "--output", "x.html");
        Files.writeString(metrics, STEP);
        assertRefused("the name of a report ends in .html or .csv", metrics, "--output", "x.pdf");
        assertRefused("no such file or directory", directory.resolve("nowhere"), "--output", "x.html");
        Files.writeString(metrics, "");
        assertRefused("holds no step yet", metrics, "--output", "x.html");
        Files.writeString(metrics, "not json\n");
        assertRefused("line 1: not valid JSON", metrics, "--output", "x.html");
    }

    private static void assertRefused(String problem, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "report";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Kfac.Result result = Kfac.run(all);
        assertThat(result.code()).isEqualTo(ExitCodes.USER);
        assertThat(result.errors()).singleElement().asString().contains(problem);
    }
}
