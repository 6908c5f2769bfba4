package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.AttentionBench;
import io.github.performer4j.benchmarks.AttentionCell;
import io.github.performer4j.benchmarks.AttentionReport;
import io.github.performer4j.benchmarks.AttentionWork;
import io.github.performer4j.benchmarks.CellProcess;
import io.github.performer4j.benchmarks.Machine;
import io.github.performer4j.benchmarks.Measurement;
import io.github.performer4j.benchmarks.Variant;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code performer bench}: measure performer4j on this machine. */
@Command(
        name = "bench",
        description = "Measure performer4j on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {BenchCommand.Attention.class, BenchCommand.Cell.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: attention");
    }

    /** What a time is. */
    enum Clock {
        /** Time that passes, as users feel it. */
        WALL(System::nanoTime),
        /** Processor time of the measuring thread, which other work on the machine disturbs less. */
        CPU(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);

        private final LongSupplier nanos;

        Clock(LongSupplier nanos) {
            this.nanos = nanos;
        }
    }

    /** {@code performer bench attention}. */
    @Command(
            name = "attention",
            description = {
                "Time and peak memory of one attention layer by length, linear against exact.",
                "Each figure is a median, taken in a process of its own; about four minutes on two cores."
            })
    static final class Attention extends Action {
        private static final double GIB = 1L << 30;

        @Option(
                names = "--tokens",
                split = ",",
                paramLabel = "T",
                description = "Lengths, rising (default: 256,512,…,16384).")
        private List<Integer> tokens = AttentionBench.LENGTHS;

        @Option(names = "--batch", paramLabel = "B", description = "Sequences (default: ${DEFAULT-VALUE}).")
        private int batch = 1;

        @Option(names = "--width", paramLabel = "E", description = "Width of the layer (default: ${DEFAULT-VALUE}).")
        private int width = 256;

        @Option(names = "--heads", paramLabel = "H", description = "Heads (default: ${DEFAULT-VALUE}).")
        private int heads = 4;

        @Option(
                names = "--features",
                paramLabel = "M",
                description = "Random features of linear attention (default: ${DEFAULT-VALUE}).")
        private int features = 128;

        @Option(names = "--map", paramLabel = "NAME", description = "Feature map (default: ${DEFAULT-VALUE}).")
        private String map = "positive";

        @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
        private int runs = 9;

        @Option(
                names = "--seconds",
                paramLabel = "S",
                description = "Start no run of a pass after this time, but make 3 (default: ${DEFAULT-VALUE}).")
        private double seconds = 2;

        @Option(
                names = "--threads",
                paramLabel = "N",
                description = "Threads of BLAS and OpenMP (default: ${DEFAULT-VALUE}).")
        private int threads = 1;

        @Option(names = "--engines", split = ",", paramLabel = "KIND", description = "linear, exact (default: both).")
        private List<AttentionBench.Engine> engines = List.of(AttentionBench.Engine.values());

        @Option(
                names = "--causal",
                paramLabel = "WHICH",
                description = "yes, no, or both: linear in both directions, exact bidirectional (default: both).")
        private AttentionBench.Causal causal = AttentionBench.Causal.BOTH;

        @Option(
                names = "--memory",
                paramLabel = "GIB",
                description = "Memory that one figure may take (default: 80%% of what is free).")
        private Double memory;

        @Option(
                names = "--clock",
                paramLabel = "WHICH",
                description = "wall, or cpu for a busy machine, with one thread (default: wall).")
        private Clock clock = Clock.WALL;

        @Override
        protected ObjectNode run() throws IOException, InterruptedException {
            if (clock == Clock.CPU && threads != 1) {
                throw new IllegalArgumentException("the clock cpu counts one thread; threads=" + threads);
            }
            AttentionBench bench = new AttentionBench(
                    tokens,
                    AttentionBench.variants(engines, causal),
                    new AttentionCell(
                            Variant.LINEAR,
                            batch,
                            tokens.isEmpty() ? 0 : tokens.get(0),
                            width,
                            heads,
                            features,
                            map,
                            runs,
                            seconds,
                            threads,
                            seed(1)));
            long room = memory == null ? CellProcess.freeMemory() : (long) (memory * GIB);
            CellProcess process = new CellProcess(child(), room);
            Machine machine = Machine.here();
            err().printf(
                            Locale.ROOT,
                            "%s, %d cores, Java %s; %d thread(s)%n",
                            machine.cpu(),
                            machine.cores(),
                            machine.java(),
                            threads);
            List<AttentionReport.Row> rows = new ArrayList<>();
            for (AttentionCell cell : bench.cells()) {
                rows.add(new AttentionReport.Row(cell, process.measure(cell)));
                err().println(progress(rows.get(rows.size() - 1)));
            }
            AttentionReport report = new AttentionReport(machine, rows);
            report.table().forEach(out()::println);
            return report.json().put("clock", clock.name().toLowerCase(Locale.ROOT));
        }

        private List<String> child() {
            return CellProcess.java(
                    ManagementFactory.getRuntimeMXBean().getInputArguments(),
                    Main.class.getName(),
                    List.of("bench", Cell.NAME, "--clock", clock.name()));
        }

        private static String progress(AttentionReport.Row row) {
            String name = row.cell().variant().label() + ", "
                    + Figures.count(row.cell().tokens()) + " tokens: ";
            Measurement m = row.measured();
            return name
                    + (m.reason() == null
                            ? String.format(Locale.ROOT, "%.1f ms forward and backward", m.forwardBackwardMs())
                            : m.reason());
        }
    }

    /** Measures one figure in this process; {@link Attention} starts one for each. */
    @Command(name = Cell.NAME, description = "Measure one figure in this process.", hidden = true)
    static final class Cell extends Action {
        static final String NAME = "cell";

        @Parameters(paramLabel = "JSON", description = "What to measure.")
        private String cell;

        @Option(names = "--clock", description = "What a time is.")
        private Clock clock = Clock.WALL;

        @Override
        protected ObjectNode run() {
            out().println(AttentionWork.measure(AttentionCell.fromJson(cell), clock.nanos)
                    .toJson());
            return null;
        }
    }
}
