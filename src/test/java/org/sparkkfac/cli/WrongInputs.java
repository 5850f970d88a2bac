package org.sparkkfac.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Models, rows, artefacts and files in a directory, some right and each of the others wrong in one way. */
final class WrongInputs {
    private static final String MODEL = "{\"format\": \"spark-kfac/model\", \"version\": 1, \"inputs\": 2, \"nodes\":"
            + " [{\"name\": \"hidden\", \"op\": \"dense\", \"units\": 3}, {\"name\": \"act\", \"op\": \"tanh\"},"
            + " {\"name\": \"output\", \"op\": \"dense\", \"units\": 3}], \"likelihood\": {\"type\": \"softmax\"}}";

    private final Path root;

    WrongInputs(Path root) {
        this.root = root;
    }

    void write() throws IOException {
        Kfac.run("init", "--layers", "2-3-3", "--likelihood", "softmax", "--output", root.resolve("model"))
                .succeeded();
        rows();
        Kfac.run(
                        "collect",
                        "--master",
                        "local[2]",
                        "--set",
                        "model.path=" + root.resolve("model"),
                        "--set",
                        "data.path=" + root.resolve("rows/good.json"),
                        "--set",
                        "data.format=json",
                        "--set",
                        "data.features=x",
                        "--set",
                        "output.path=" + root.resolve("S"))
                .succeeded();
        Kfac.run("invert", "--statistics", root.resolve("S"), "--output", root.resolve("P"))
                .succeeded();
        descriptions();
        weights();
        artefacts();
        trainings();
        Files.createDirectories(root.resolve("foreign"));
        Files.writeString(root.resolve("foreign/precious.txt"), "not ours");
        Files.createDirectories(root.resolve("empty"));
        Files.writeString(root.resolve("text"), "no artefact, but text of more than eight bytes");
        Files.writeString(root.resolve("broken.conf"), "model { path = x\n data }{\n");
    }

    private void descriptions() throws IOException {
        description("op", model -> model.replace("tanh", "tahn"));
        description("no-units", model -> model.replaceFirst(", .units.: 3", ""));
        description("units-huge", model -> model.replaceFirst("3}", "2000000000}"));
        description(
                "dead",
                model -> model.replace(
                        "{\"name\": \"act\"",
                        "{\"name\": \"stray\", \"op\": \"relu\"}," + " {\"name\": \"act\", \"inputs\": [\"hidden\"]"));
        description("twice", model -> model.replace("\"act\"", "\"hidden\""));
        description("likelihood", model -> model.replace("softmax", "softmx"));
        description("key", model -> model.replace("\"inputs\": 2", "\"inputs\": 2, \"nods\": 1"));
        description("newer", model -> model.replace("\"version\": 1", "\"version\": 2"));
        description("inputs", model -> model.replace("\"op\": \"tanh\"", "\"op\": \"tanh\", \"inputs\": \"hidden\""));
        description("json", model -> model + "}");
    }

    private void description(String name, UnaryOperator<String> mistake) throws IOException {
        Path directory = Trees.copy(root.resolve("model"), root.resolve("model-" + name));
        Files.writeString(directory.resolve("model.json"), mistake.apply(MODEL));
    }

    private void weights() throws IOException {
        String good = header("hidden.weight", 3, 2, 0) + ", " + header("hidden.bias", 3, 0, 48) + ", "
                + header("output.weight", 3, 3, 72) + ", " + header("output.bias", 3, 0, 144);
        weights("missing", header("hidden.weight", 3, 2, 0), 48, 1);
        weights("extra", good + ", " + header("spare.bias", 3, 0, 168), 192, 1);
        weights("shape", good.replaceFirst("3, 2", "2, 3"), 168, 1);
        weights("nan", good, 168, Double.NaN);
        weights("overlap", good.replace("[48, 72]", "[40, 64]"), 168, 1);
        weights("offsets", good.replace("[144, 168]", "[4611686018427387904, 4611686018427387928]"), 168, 1);
        Path cut = Trees.copy(root.resolve("model"), root.resolve("model-cut")).resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 8));
        Path lie = Trees.copy(root.resolve("model"), root.resolve("model-lie")).resolve("weights.safetensors");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
        Files.write(lie, bytes);
    }

    private static String header(String name, int rows, int columns, int start) {
        int end = start + 8 * rows * Math.max(1, columns);
        return "\"" + name + "\": {\"dtype\": \"F64\", \"shape\": [" + rows + (columns == 0 ? "" : ", " + columns)
                + "], \"data_offsets\": [" + start + ", " + end + "]}";
    }

    private void weights(String name, String entries, int length, double value) throws IOException {
        Path directory = Trees.copy(root.resolve("model"), root.resolve("model-" + name));
        byte[] header = ("{" + entries + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        while (bytes.hasRemaining()) {
            bytes.putDouble(value);
        }
        Files.write(directory.resolve("weights.safetensors"), bytes.array());
    }

    private void artefacts() throws IOException {
        manifest("S", "newer", text -> text.replaceFirst("\"version\" *: *1", "\"version\": 9"));
        manifest("S", "other", text -> text.replace("spark-kfac/statistics", "spark-kfac/else"));
        manifest("S", "no-weight", text -> text.replaceFirst("\"total_weight\" *: *[0-9.]+", "\"total_weight\": 0"));
        manifest("S", "json", text -> text.substring(0, text.length() / 2));
        manifest("S", "outside", text -> text.replaceFirst("activation_covariance.safetensors", "../x.safetensors"));
        manifest("S", "wide", text -> text.replaceFirst("\"out\": 3", "\"out\": 4"));
        manifest("S", "model", text -> text.replaceFirst("(\"model\": \\{\\s*\"fingerprint\": \")....", "$1beef"));
        manifest("S", "single", text -> text.replaceFirst("\"precision\": \"double\"", "\"precision\": \"single\""));
        manifest("S", "exact", text -> text.replaceFirst("\"type\": \"monte-carlo\"", "\"type\": \"exact\""));
        manifest("S", "negative-rows", text -> text.replaceFirst("\"rows\" *: *3", "\"rows\": -3"));
        manifest("S", "half-a-row", text -> text.replaceFirst("\"rows\" *: *3", "\"rows\": 2.5"));
        manifest("S", "minus", text -> text.replaceFirst("\"total_weight\" *: *3.0", "\"total_weight\": -3.0"));
        manifest("S", "two", text -> text.replaceFirst("\"name\" *: *\"hidden\"", "\"name\": \"output\""));
        UnaryOperator<String> withoutGradient = text -> text.replaceFirst("\"gradient\" *: *\\{", "\"of_labels\": {");
        manifest("S", "unlabelled", withoutGradient);
        manifest(
                "S",
                "averaged",
                text -> withoutGradient
                        .apply(text)
                        .replaceFirst("\"rows\" *:", "\"training\": {\"steps\": 7}, \"rows\":"));
        manifest("P", "exact", text -> text.replace("\"eigen\"", "\"exact\""));
        manifest("P", "method", text -> text.replace("\"eigen\"", "\"eigne\""));
        Files.delete(copy("S", "no-file").resolve("gradient_covariance.safetensors"));
        Files.delete(copy("S", "no-manifest").resolve("manifest.json"));
        Path cut = copy("S", "cut").resolve("activation_covariance.safetensors");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 100));
        Path flipped = copy("S", "flipped").resolve("activation_covariance.safetensors");
        byte[] bytes = Files.readAllBytes(flipped);
        bytes[bytes.length - 1] ^= 1;
        Files.write(flipped, bytes);
    }

    /** What trainings leave: one that has ended, one that was killed, and one whose checkpoint has lost its manifest. */
    private void trainings() throws IOException {
        for (String name : new String[] {"T-ended", "T-killed", "T-lost"}) {
            Files.createDirectories(root.resolve(name));
            Files.writeString(root.resolve(name).resolve("metrics.jsonl"), "{}\n");
        }
        Trees.copy(root.resolve("model"), root.resolve("T-ended/model"));
        Path lost = Files.createDirectories(root.resolve("T-lost/checkpoints/step-00000009"));
        Path damaged = Files.createDirectories(root.resolve("T-damaged/checkpoints/step-00000009"));
        Files.writeString(damaged.resolve("manifest.json"), "{\"format\": ");
        Files.writeString(lost.resolve("state.safetensors"), "what could not be had again");
    }

    private Path copy(String artefact, String name) {
        return Trees.copy(root.resolve(artefact), root.resolve(artefact + "-" + name));
    }

    private void manifest(String artefact, String name, UnaryOperator<String> mistake) throws IOException {
        Path manifest = copy(artefact, name).resolve("manifest.json");
        String text = Files.readString(manifest);
        String changed = mistake.apply(text);
        if (changed.equals(text)) {
            throw new IllegalStateException("the manifest of " + name + " is not wrong");
        }
        Files.writeString(manifest, changed);
    }

    private void rows() throws IOException {
        Files.createDirectories(root.resolve("rows"));
        json("good", "", 0);
        json("null", "{\"x\": [1, null], \"label\": 0}", 1);
        json("short", "{\"x\": [1], \"label\": 0}", 1);
        json("label", "{\"x\": [1, 2], \"label\": 3}", 1);
        json("negative", "{\"x\": [1, 2], \"label\": -1}", 1);
        json("unparsable", "{\"x\": [1, 2, \"label\"", 1);
        json("text", "{\"x\": [1, 2], \"label\": 0, \"t\": \"a\", \"s\": {\"u\": 1}, \"w\": -1}", 1);
        csv("nan", "1,NaN,0");
        csv("infinite", "1,Infinity,0");
        csv("word", "1,two,0");
        csv("huge", "1e308,1e308,0");
        Files.writeString(root.resolve("rows/heading.csv"), "a,b,label\n");
        Files.writeString(root.resolve("rows/bad.libsvm"), "0 1:1 2:2\n1 1:1 zwei:2\n");
        Files.write(root.resolve("rows/cut.parquet"), Arrays.copyOf(sample(), 5000));
        Files.writeString(root.resolve("rows/bad.orc"), "ORC but no more than that");
    }

    private static byte[] sample() throws IOException {
        return Files.readAllBytes(Kfac.PROJECT.resolve("sample-data/digits.parquet/part-00000.parquet"));
    }

    private void json(String name, String bad, int count) throws IOException {
        String good = IntStream.range(0, 3)
                .mapToObj(i -> "{\"x\": [" + i + ", 0.5], \"label\": " + i + "}\n")
                .collect(Collectors.joining());
        Files.writeString(root.resolve("rows/" + name + ".json"), good + (bad + "\n").repeat(count));
    }

    private void csv(String name, String bad) throws IOException {
        Files.writeString(root.resolve("rows/" + name + ".csv"), "a,b,label\n1,2,0\n" + bad + "\n");
    }
}
