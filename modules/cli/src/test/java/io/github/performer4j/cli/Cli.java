package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs commands in this process, on tiny data, and looks at what they leave. */
public final class Cli {
    /** What a command left: exit code, standard output, standard error. */
    public record Result(int code, String out, String err) {
        public Result ok() {
            assertThat(code).as(err).isZero();
            return this;
        }

        /** Exit 2, nothing on standard output, and one line that starts with our name. */
        public void refused(String... parts) {
            assertThat(code).as(err).isEqualTo(Main.USAGE);
            assertThat(out).isEmpty();
            assertThat(err).endsWith("\n").startsWith("performer: ").hasLineCount(1);
            assertThat(err).contains(parts);
        }
    }

    /** Ten residues of twenty letters, all different from one sequence to the next. */
    static final String LETTERS = "ACDEFGHIKLMNPQRSTVWY";

    private Cli() {}

    public static Result run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Arrays.stream(args).map(Object::toString).toArray(String[]::new));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Writes unlike proteins: sequence s, residue t is letter (s + 1)·(t + 3)² + t, so that no two share many k-mers. */
    public static Path fasta(Path file, int sequences, int length) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int s = 0; s < sequences; s++) {
            text.append(">p").append(s).append(" made up\n");
            for (int t = 0; t < length; t++) {
                int letter = (s + 1) * (t + 3) * (t + 3) + t + s * s;
                text.append(LETTERS.charAt(Math.floorMod(letter ^ (letter >> 3), LETTERS.length())));
            }
            text.append('\n');
        }
        return Files.writeString(file, text.toString());
    }

    /** Writes a configuration of one block of width 8 and three steps. */
    public static Path config(Path file, String task, String tokens, String framing) throws IOException {
        return Files.writeString(file, """
                {"task": {"name": "%s"},
                 "model": {"maxTokens": 32, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8, "causal": %s}},
                 "data": {"tokens": "%s", "framing": "%s", "maxTokens": 32, "tokensPerBatch": 128},
                 "training": {"steps": 3, "warmupSteps": 1, "schedule": "CONSTANT", "evalEvery": 0, "checkpointEvery": 0}}
                """.formatted(task, task.equals("causal-lm"), tokens, framing));
    }

    public static Path maskedConfig(Path file) throws IOException {
        return config(file, "masked-lm", "protein", "both");
    }

    /** Returns every file below a folder with its content's hash and its time, to see that nothing was touched. */
    public static Map<String, String> snapshot(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.filter(Files::isRegularFile).forEach(path -> {
                try {
                    files.put(
                            folder.relativize(path).toString(),
                            Arrays.hashCode(Files.readAllBytes(path)) + " " + Files.getLastModifiedTime(path));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return files;
    }
}
