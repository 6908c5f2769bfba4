package io.github.performer4j.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Child;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data and results larger than the heap stream through {@code predict}. */
class PredictMemoryTest {
    private static final int ROWS = 20_000;
    private static final int BLOB = 4000;

    @TempDir
    Path folder;

    /** 80 MB of rows, and 5 MB of tags, in a heap of 64 MiB. */
    @Test
    void aTableLargerThanTheHeap() throws Exception {
        Path table = folder.resolve("large.csv");
        write(table);
        Path model = PredictModels.residues(folder);
        Path out = folder.resolve("out.tsv");
        List<String> words = new ArrayList<>(Child.java());
        words.set(words.indexOf("-Xmx512m"), "-Xmx64m");
        words.add(1, "-Dorg.bytedeco.javacpp.maxbytes=512m");
        words.add(1, "-Dorg.bytedeco.javacpp.maxphysicalbytes=2g");
        words.addAll(
                List.of("predict", "--model", model.toString(), "--data", table.toString(), "--out", out.toString()));
        try (Child child = Child.of(folder, words)) {
            assertThat(child.exitCode()).as(child.err()).isZero();
        }
        assertThat(Files.size(table)).isGreaterThan(64L << 20);
        try (Stream<String> lines = Files.lines(out)) {
            assertThat(lines.count()).isEqualTo(1 + 12L * ROWS);
        }
    }

    private static void write(Path table) throws IOException {
        String blob = "x".repeat(BLOB);
        try (BufferedWriter csv = Files.newBufferedWriter(table)) {
            csv.write("blob,text\n");
            for (int i = 0; i < ROWS; i++) {
                csv.write(blob);
                csv.write(",MKTAYIAKQRQI\n");
            }
        }
    }
}
