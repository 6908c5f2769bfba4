package io.github.performer4j.training.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files against one that TensorBoard's own classes wrote ({@code events/make.py}), and read back by the description of the framing. */
class EventFilesTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_250L));

    @TempDir
    Path folder;

    @Test
    void aRunsFileIsThatOfTensorBoard() throws IOException {
        EventFiles events = new EventFiles(RunListener.NONE, folder, CLOCK);
        events.start(summary(0));
        events.step(progress(1, 3.5, 0.001, 2.25, 1000, 0));
        events.step(progress(300, -1e-30, 1e-3 / 3, 0, 123456.789, 7));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", 2.75);
        figures.put("undefined", null);
        figures.put("accuracy", 1 / 3.0);
        events.evaluation(300, new Evaluation("loss", false, figures, Map.of("order0", 2.9), 5), true);
        events.finish(Outcome.FINISHED, 300, 1);
        assertThat(EventFiles.in(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("events.out.tfevents.0000000000.performer4j");
        try (InputStream golden = EventFilesTest.class.getResourceAsStream("/events/run.tfevents")) {
            assertThat(Files.readAllBytes(EventFiles.in(folder).get(0))).isEqualTo(golden.readAllBytes());
        }
    }

    /** A run that goes on from step 2 of 3: a second file says so, and what an earlier continuation from there or later left is gone. */
    @Test
    void aStartHasAFileOfItsOwn() throws IOException {
        run(0, 1, 2, 3);
        run(2, 3, 4, 5);
        run(4, 5);
        run(2, 3, 4);
        List<Path> files = EventFiles.in(folder);
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "events.out.tfevents.0000000000.performer4j", "events.out.tfevents.0000000002.performer4j");
        assertThat(records(files.get(0))).hasSize(2 + 3);
        assertThat(records(files.get(1))).hasSize(2 + 2);
        byte[] start = records(files.get(1)).get(1);
        assertThat(start).endsWith(0x10, 3, 0x3a, 2, 8, 1); // step 3, session_log {status START}
    }

    /** Whoever follows the file sees each step as soon as it is done. */
    @Test
    void recordsAreThereAtOnce() throws IOException {
        EventFiles events = new EventFiles(RunListener.NONE, folder, CLOCK);
        events.start(summary(0));
        for (int step = 1; step < 4; step++) {
            events.step(progress(step, 1, 1, 1, 1, 0));
            assertThat(records(EventFiles.in(folder).get(0))).hasSize(2 + step);
        }
        events.finish(Outcome.STOPPED, 3, 1);
    }

    private void run(long first, long... steps) {
        EventFiles events = new EventFiles(RunListener.NONE, folder, CLOCK);
        events.start(summary(first));
        for (long step : steps) {
            events.step(progress(step, 1, 1, 1, 1, 0));
        }
        events.finish(Outcome.STOPPED, 0, 1);
    }

    private static RunListener.Summary summary(long first) {
        return new RunListener.Summary(10, 1, first, 300, 0);
    }

    private static RunListener.Progress progress(
            long step, double loss, double rate, double norm, double speed, long epoch) {
        return new RunListener.Progress(step, 300, 0.5, epoch, loss, rate, norm, speed, 1, 1);
    }

    /** Reads TFRecords with a checksum computed bit by bit. */
    private static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            records.add(data);
        }
        return Collections.unmodifiableList(records);
    }

    private static int masked(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
}
