package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellProcessTest {
    private static final long GIB = 1L << 30;

    /** Stands for a cell: echoes a measurement, or fails as it is told. */
    static final class Fake {
        private Fake() {}

        public static void main(String[] args) {
            AttentionCell cell = AttentionCell.fromJson(args[1]);
            if (args[0].equals("fail")) {
                System.err.println("first line\nit broke\n");
                throw new IllegalStateException("the end"); // code 1
            }
            System.out.println(new Measurement(
                            (double) cell.tokens(),
                            Double.valueOf(System.getenv("OMP_NUM_THREADS")),
                            1,
                            1,
                            Runtime.getRuntime().maxMemory(),
                            null,
                            null,
                            null)
                    .toJson());
        }
    }

    private static CellProcess process(String how) {
        return new CellProcess(
                CellProcess.java(List.of("-Xmx1g", "-Dsome.flag=1"), Fake.class.getName(), List.of(how)), GIB);
    }

    @Test
    void readsWhatTheProcessPrints() throws Exception {
        AttentionCell cell = AttentionBenchTest.cell(Variant.LINEAR, 7);
        Measurement m = process("work").measure(cell);
        assertThat(m.reason()).isNull();
        assertThat(m.forwardMs()).isEqualTo(7);
        assertThat(m.forwardBackwardMs()).as("threads of OpenMP").isEqualTo(1);
        assertThat(m.peakBytes()).as("a small heap").isLessThanOrEqualTo(GIB / 2);
    }

    @Test
    void aFailedProcessLeavesItsLastLineAsReason() throws Exception {
        Measurement m = process("fail").measure(AttentionBenchTest.cell(Variant.LINEAR, 7));
        assertThat(m.forwardMs()).isNull();
        assertThat(m.reason()).startsWith("the process failed with code 1: ").doesNotContain("\n");
    }

    @Test
    void whatWouldNotFitIsNotStarted() throws Exception {
        CellProcess none = new CellProcess(List.of("/no/such/program"), 10_000);
        Measurement m = none.measure(AttentionBenchTest.cell(Variant.EXACT, 4096));
        assertThat(m.reason()).startsWith("needs about 1.0 GiB, 0.0 GiB are free");
    }

    @Test
    void theJavaOfThisProcessWithoutItsMemoryFlags() {
        List<String> command = CellProcess.java(
                List.of("-Xmx9g", "-Xms1g", "-Dorg.bytedeco.javacpp.maxbytes=1g", "-Dkeep=1", "-javaagent:x.jar"),
                "some.Main",
                List.of("a"));
        assertThat(command.get(0))
                .isEqualTo(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        assertThat(command).contains("-Dkeep=1", "-Xmx512m").doesNotContain("-Xmx9g", "-Xms1g", "-javaagent:x.jar");
        assertThat(command).doesNotContain("-Dorg.bytedeco.javacpp.maxbytes=1g").endsWith("some.Main", "a");
        assertThat(command.get(command.indexOf("-cp") + 1)).contains(File.separator);
    }

    /** Doubling T: exact attention takes four times the squares, linear attention twice the rows. */
    @Test
    void theEstimateIsQuadraticForExactAttentionOnly() {
        double linear = MemoryEstimate.bytes(AttentionBenchTest.cell(Variant.LINEAR, 1 << 14));
        assertThat(MemoryEstimate.bytes(AttentionBenchTest.cell(Variant.LINEAR, 1 << 15)))
                .isEqualTo(2 * linear);
        double exact = MemoryEstimate.bytes(AttentionBenchTest.cell(Variant.EXACT, 1 << 14));
        assertThat(MemoryEstimate.bytes(AttentionBenchTest.cell(Variant.EXACT, 1 << 15)))
                .isGreaterThan(3.9 * exact);
        assertThatThrownBy(() -> new CellProcess(List.of("java"), 0)).hasMessage("memory must be positive; bytes=0");
    }

    @Test
    void readsTheKernelsFigures() {
        List<String> status = List.of("Name:\tjava", "VmPeak:\t  9000 kB", "VmHWM:\t  1234 kB", "Threads:\t7");
        assertThat(ProcessMemory.field(status, "VmHWM")).hasValue(1234 * 1024L);
        assertThat(ProcessMemory.field(status, "Vm")).isEmpty();
        assertThat(ProcessMemory.field(status, "Threads")).isEmpty();
        assertThat(Machine.cpu(List.of("processor\t: 0", "model name\t: AMD EPYC 7B13", "model name\t: other")))
                .isEqualTo("AMD EPYC 7B13");
        assertThat(Machine.cpu(List.of())).isEqualTo(System.getProperty("os.arch"));
    }
}
