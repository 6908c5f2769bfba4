package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that strangers may have made: each is read, or refused in one line. {@code .ci/fuzz} looks for more of them. */
class HostileFilesTest {
    /** Numbers that sizes and places like to break at. */
    private static final long[] EDGES = {
        0,
        1,
        -1,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x10000,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final int ROUNDS = 60;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void wholeFilesAreRead(FuzzTarget target) throws IOException {
        List<byte[]> seeds = target.seeds(folder);
        assertThat(seeds).isNotEmpty();
        assertThat(target.check(seeds.get(0), folder)).isNull();
    }

    /** Cut off, bytes changed, edges written, pieces doubled, of every seed; a seed of this test names the file that fails. */
    @ParameterizedTest
    @EnumSource
    void changedFilesAreReadOrRefused(FuzzTarget target) throws IOException {
        int refused = 0;
        for (byte[] seed : target.seeds(folder)) {
            for (int round = 0; round < ROUNDS; round++) {
                refused +=
                        target.check(changed(seed, CounterRandom.of(target.ordinal(), round)), folder) == null ? 0 : 1;
            }
        }
        assertThat(refused).isPositive();
    }

    private static byte[] changed(byte[] seed, CounterRandom draws) {
        byte[] bytes = seed.clone();
        for (int change = 1 + draws.nextInt(3); change > 0 && bytes.length > 0; change--) {
            int at = draws.nextInt(Math.min(bytes.length, draws.nextInt(2) == 0 ? 64 : bytes.length));
            switch (draws.nextInt(4)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> bytes[at] = (byte) draws.nextInt(256);
                case 2 -> {
                    long edge = EDGES[draws.nextInt(EDGES.length)];
                    boolean low = draws.nextInt(2) == 0;
                    int width = 1 << draws.nextInt(4);
                    for (int i = 0; i < width && at + i < bytes.length; i++) {
                        bytes[at + i] = (byte) (edge >>> 8 * (low ? i : width - 1 - i));
                    }
                }
                default -> {
                    int length = Math.min(bytes.length - at, 1 + draws.nextInt(32));
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    /** What is known to be hostile, and what the fuzzer found: a folder for each target. */
    @ParameterizedTest
    @EnumSource
    void storedFilesAreReadOrRefused(FuzzTarget target) throws IOException {
        int refused = 0;
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "fuzz", target.name()))) {
            for (Path file : files.sorted().toList()) {
                refused += target.check(Files.readAllBytes(file), folder) == null ? 0 : 1;
            }
        }
        assertThat(refused).isPositive();
    }
}
