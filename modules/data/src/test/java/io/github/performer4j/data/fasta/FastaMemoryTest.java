package io.github.performer4j.data.fasta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.Samples;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reads 200 MB of FASTA in a child JVM of 32 MiB: a parser that kept what it has read could not. */
class FastaMemoryTest {
    private static final long BYTES = 200_000_000;

    @Test
    void memoryDoesNotGrowWithTheFile() throws IOException, InterruptedException, URISyntaxException {
        String classPath = String.join(
                File.pathSeparator, place(FastaParser.class), place(FastaMemoryTest.class), place(CounterRandom.class));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(java, "-Xmx32m", "-XX:+UseSerialGC", "-cp", classPath, Child.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.strip()).isEqualTo("read " + BYTES / Endless.RECORD_LENGTH);
        assertThat(child.exitValue()).isZero();
    }

    private static String place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** The child's program. */
    static final class Child {
        public static void main(String[] args) throws IOException {
            try (FastaParser parser = new FastaParser(new Endless(), "endless", true)) {
                long records = 0;
                while (parser.next() != null) {
                    records++;
                }
                System.out.println("read " + records);
            }
        }
    }

    /** The same record over and over. */
    private static final class Endless extends InputStream {
        private static final byte[] RECORD =
                (">protein of the test\n" + Samples.protein(1, 978) + "\n").getBytes(StandardCharsets.US_ASCII);
        static final int RECORD_LENGTH = RECORD.length;
        private long left = BYTES / RECORD.length * RECORD.length;
        private int at;

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            int n = (int) Math.min(Math.min(length, RECORD.length - at), left);
            System.arraycopy(RECORD, at, bytes, from, n);
            at = (at + n) % RECORD.length;
            left -= n;
            return n == 0 ? -1 : n;
        }
    }
}
