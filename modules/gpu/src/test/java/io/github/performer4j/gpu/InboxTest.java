package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.Inbox;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Words that are sent while a device works come whole and in their order, whenever its streams run: as late as possible, copies first, copies last, or drawn. Without any one of the three waits of an inbox
 * this fails under one of these orders.
 */
class InboxTest {
    private static final int WORDS = 64;
    private static final int ROUNDS = 6;

    @TempDir
    Path cache;

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        Emulation.faults(12_080, 1, 1L << 40, -1, true);
        System.setProperty("performer4j.cuda.cache", cache.toString());
    }

    @AfterEach
    void restore() {
        Emulation.schedule(Emulation.Schedule.AT_ONCE, 0);
        System.clearProperty("performer4j.cuda.cache");
    }

    private static int[] words(int round, int length) {
        int[] words = new int[length];
        for (int i = 0; i < length; i++) {
            words[i] = Float.floatToIntBits(1000 * round + i);
        }
        return words;
    }

    @ParameterizedTest
    @CsvSource({"AT_ONCE, 0", "LATE, 0", "COPIES_FIRST, 0", "COPIES_LAST, 0", "DRAWN, 1", "DRAWN, 2", "DRAWN, 3"})
    void eachRoundHasItsOwnWords(Emulation.Schedule schedule, long seed) throws IOException {
        try (CudaDevice device = SmallNet.devices(1).get(0);
                Inbox inbox = device.inbox()) {
            Emulation.schedule(schedule, seed);
            long x = device.allocate(WORDS * Float.BYTES);
            long[] seen = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                seen[i] = device.allocate(WORDS * Float.BYTES);
            }
            inbox.send(words(0, WORDS));
            for (int i = 0; i < ROUNDS; i++) {
                inbox.receive(x);
                device.launch("scale", 1, 1, WORDS, x, 2f, seen[i], (long) WORDS, 0);
                inbox.send(words(i + 1, i == 2 ? 3 * WORDS : WORDS)); // larger than before: other memory
                inbox.send(words(i + 1, WORDS));
            }
            for (int i = 0; i < ROUNDS; i++) {
                float[] actual = new float[WORDS];
                device.read(seen[i], actual, 0, WORDS);
                for (int j = 0; j < WORDS; j++) {
                    assertThat(actual[j]).as("word %d of round %d", j, i).isEqualTo(2f * (1000 * i + j));
                }
            }
        }
    }
}
