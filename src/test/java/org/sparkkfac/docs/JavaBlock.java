package org.sparkkfac.docs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A fenced block of {@code java}: imports and statements, which become a method that returns one of its variables. */
final class JavaBlock {
    private static final String NAME = "Example";

    private final Page.Fence fence;

    JavaBlock(Page.Fence fence) {
        this.fence = fence;
    }

    /** Compiles the block and runs it, in this process. */
    Object run(Path directory, String result) throws Exception {
        compile(directory, result);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            return loader.loadClass(NAME).getMethod("run").invoke(null);
        }
    }

    /** Compiles the block; javac's complaints are errors of the page. */
    void compile(Path directory, String result) throws IOException {
        Path source = directory.resolve(NAME + ".java");
        Files.writeString(source, source(result));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-proc:none",
                "-d",
                directory.toString(),
                "-cp",
                System.getenv("SPARK_DIST_CLASSPATH"),
                source.toString());
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        if (compiler.run(null, null, errors, options.toArray(String[]::new)) != 0) {
            throw new AssertionError(fence + ": " + errors.toString(StandardCharsets.UTF_8));
        }
    }

    private String source(String result) {
        List<String> lines = new ArrayList<>(fence.lines());
        String imports =
                lines.stream().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
        String statements =
                lines.stream().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
        return imports + "\n\npublic class " + NAME + " {\npublic static Object run() throws Exception {\n" + statements
                + "\nreturn " + result + ";\n}\n}\n";
    }
}
