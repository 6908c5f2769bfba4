package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many short peptides with long headers, in a child JVM whose heap holds neither their headers nor an object for each. */
class CorpusMemoryTest {
    private static final int PEPTIDES = 300_000;
    /** Times 1,100 bytes: most of the child's heap of 48 MiB. */
    private static final int FIT = 42_000;

    @TempDir
    static Path dir;

    private static Path peptides;

    @BeforeAll
    static void write() throws IOException {
        peptides = dir.resolve("peptides.fasta");
        try (BufferedWriter out = Files.newBufferedWriter(peptides)) {
            for (int i = 0; i < PEPTIDES; i++) {
                out.write(">sp|P" + i + "|PEP_HUMAN Uncharacterised peptide OS=Homo sapiens OX=9606 PE=1 SV=1\n"
                        + Samples.protein(i, 20) + "\n");
            }
        }
    }

    /** The class path but for libraries of structures: the lists of what is in their jars would take a third of the heap. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Stream.of("openscience", "biojava", "jgrapht-io", "antlr4", "beam-", "ciftools")
                        .noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String child(Path file, String task) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(
                        java,
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        Child.class.getName(),
                        file.toString(),
                        task)
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    @Test
    void peptidesAreReadWithoutTheirHeaders() throws IOException, InterruptedException {
        assertThat(child(peptides, "read")).isEqualTo(PEPTIDES + " documents, " + 20 * PEPTIDES + " tokens");
    }

    @Test
    void moreThanClusteringHoldsIsRefusedWithTheWayOut() throws IOException, InterruptedException {
        assertThat(child(peptides, "split"))
                .startsWith("clustering needs 1100 bytes of heap a sequence; sequences=" + PEPTIDES + ", heap=")
                .endsWith("give more (PERFORMER_OPTS=-Xmx1g), or hold out data of your own (--valid)");
    }

    /** The limit is an honest one: what is not refused fits. */
    @Test
    void asManyAsAreNotRefusedAreClustered() throws IOException, InterruptedException {
        Path some = dir.resolve("some.fasta");
        try (Stream<String> lines = Files.lines(peptides)) {
            Files.write(some, (Iterable<String>) lines.limit(2L * FIT)::iterator);
        }
        assertThat(child(some, "split")).contains("% of the tokens (10% asked)");
    }

    /** The child's program. */
    static final class Child {
        public static void main(String[] args) throws IOException {
            Corpus corpus = Corpus.open(Path.of(args[0]), DataConfig.defaults().withShuffleWindow(1000), null);
            if (args[1].equals("split")) {
                try {
                    System.out.println(corpus.split(0.1, 1).report().held());
                } catch (IllegalArgumentException e) {
                    System.out.println(e.getMessage());
                }
                return;
            }
            long tokens = corpus.counts(false).total();
            long rows = 0;
            try (BatchStream batches =
                    corpus.batches(Samples.batching(Framing.BOTH), true).open(1, 0)) {
                while (batches.hasNext()) {
                    Batch batch = batches.next();
                    for (int row = 0; row < batch.size(); row++) {
                        rows += batch.input().mask()[row * batch.length()] ? 1 : 0;
                    }
                }
            }
            System.out.println(rows + " documents, " + tokens + " tokens");
        }
    }
}
