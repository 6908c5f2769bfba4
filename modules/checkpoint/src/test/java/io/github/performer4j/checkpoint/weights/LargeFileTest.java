package io.github.performer4j.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 10 GiB of tensors, read by a process of 512 MiB of heap and 64 MiB of direct memory. The file is sparse: only marks in it take room on the disk. */
class LargeFileTest {
    private static final long GIB = 1L << 30;
    private static final String HEADER = """
            {"a":{"dtype":"F32","shape":[20480,65536],"data_offsets":[0,5368709120]},\
            "b":{"dtype":"BF16","shape":[40960,32768],"data_offsets":[5368709120,8053063680]},\
            "c":{"dtype":"F32","shape":[10240,65536],"data_offsets":[8053063680,10737418240]}}""";

    /** Numbers of elements that are marked: ends, the middle, and both sides of 1 GiB, where a mapping ends. */
    private static final long[] MARKS_OF_A = {0, GIB / 4 - 40, GIB / 4 + 3, 671_088_640L, 1_342_177_279L};

    private static final long[] MARKS_OF_B = {1, 671_088_640L, 1_342_177_279L};
    private static final long[] MARKS_OF_C = {2, 335_544_320L, 671_088_639L};
    private static final float MARK = -2.5f; // exact in bfloat16, too
    private static final short MARK_BITS = (short) 0xC020;

    @TempDir
    Path dir;

    private static void mark(FileChannel file, long data, long[] marks, int bytes) throws IOException {
        for (long mark : marks) {
            ByteBuffer value = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes == Float.BYTES) {
                value.putFloat(MARK);
            } else {
                value.putShort(MARK_BITS);
            }
            file.write(value.flip(), data + mark * bytes);
        }
    }

    @Test
    void tenGibibytes() throws Exception {
        Path path = dir.resolve("large.safetensors");
        byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
        long data = (long) Long.BYTES + header.length;
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.write(length.putLong(header.length).flip(), 0);
            file.write(ByteBuffer.wrap(header), Long.BYTES);
            file.write(ByteBuffer.allocate(1), data + 10 * GIB - 1);
            mark(file, data, MARKS_OF_A, Float.BYTES);
            mark(file, data + 5 * GIB, MARKS_OF_B, Short.BYTES);
            mark(file, data + 15 * GIB / 2, MARKS_OF_C, Float.BYTES);
            assertThat(file.size()).isEqualTo(data + 10 * GIB);
        }
        Path out = dir.resolve("out");
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Reader.class.getName(),
                        path.toString()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(child.waitFor()).as("%s", out).isZero();
        assertThat(out).content().isEqualToIgnoringNewLines("marks 11, all of c: 671088640 numbers, 3 of them not 0");
    }

    /** Reads every mark, and one tensor of 2.5 GiB from end to end. */
    static final class Reader {
        private static final int PIECE = 1 << 22;

        private Reader() {}

        public static void main(String[] args) throws IOException {
            int marks = 0;
            try (Weights weights = SafetensorsFile.open(Path.of(args[0]))) {
                marks += marks(weights.tensor("a"), MARKS_OF_A);
                marks += marks(weights.tensor("b"), MARKS_OF_B);
                marks += marks(weights.tensor("c"), MARKS_OF_C);
                WeightTensor c = weights.tensor("c");
                long read = 0;
                int found = 0;
                for (; read < c.elements(); read += PIECE) {
                    for (float value : c.floats(read, PIECE)) {
                        found += value == 0 ? 0 : 1;
                    }
                }
                System.out.println("marks " + marks + ", all of c: " + read + " numbers, " + found + " of them not 0");
            }
        }

        private static int marks(WeightTensor tensor, long... marks) throws IOException {
            int found = 0;
            for (long mark : marks) {
                found += tensor.floats(mark, 1)[0] == MARK ? 1 : 0;
            }
            return found;
        }
    }
}
