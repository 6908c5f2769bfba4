package io.github.performer4j.cli.bench;

import io.github.performer4j.benchmarks.AttentionKind;
import io.github.performer4j.benchmarks.Bench;
import io.github.performer4j.benchmarks.Case;
import io.github.performer4j.benchmarks.Engine;
import io.github.performer4j.benchmarks.JavaProcess;
import io.github.performer4j.benchmarks.Machine;
import io.github.performer4j.benchmarks.Work;
import io.github.performer4j.cli.options.Home;
import io.github.performer4j.cli.options.Threads;
import io.github.performer4j.kernels.machine.Precision;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code performer bench}: sizes, engines, and how long. Without a size it is that of the project's own figures. */
final class BenchOptions {
    /** The class of the process that measures: this program, which knows its commands, and is not known by them. */
    static final String MAIN = "io.github.performer4j.cli.Main";

    private static final double GIB = 1L << 30;

    /** What is left to the system and to this process. */
    private static final double SHARE_OF_FREE_MEMORY = 0.8;

    /** Which directions are measured. */
    enum Causal {
        /** Causal only. */
        YES(List.of(true)),
        /** Bidirectional only. */
        NO(List.of(false)),
        /** One after the other. */
        BOTH(List.of(false, true));

        private final List<Boolean> directions;

        Causal(List<Boolean> directions) {
            this.directions = directions;
        }
    }

    @Option(
            names = "--tokens",
            split = ",",
            paramLabel = "T",
            description = "Lengths (default: attention 1024,4096; block 1024; train 512).")
    private List<Integer> tokens;

    @Option(names = "--batch", paramLabel = "B", description = "Sequences (default: 4; train 8).")
    private Integer batch;

    @Option(names = "--width", paramLabel = "E", description = "Width, heads × head size (default: 512; train 256).")
    private Integer width;

    @Option(names = "--heads", paramLabel = "H", description = "Heads (default: 8; train 4).")
    private Integer heads;

    @Option(names = "--features", paramLabel = "M", description = "Features of FAVOR+ (default: 256; train 128).")
    private Integer features;

    @Option(names = "--hidden", paramLabel = "F", description = "Feed-forward's width (default: 2048; train 1024).")
    private Integer hidden;

    @Option(names = "--layers", paramLabel = "N", description = "Blocks of the model for train (default: 6).")
    private Integer layers;

    @Option(names = "--vocabulary", paramLabel = "V", description = "Vocabulary for train (default: 32).")
    private Integer vocabulary;

    @Option(names = "--causal", paramLabel = "WHICH", description = "yes, no or both (default: both; train no).")
    private Causal causal;

    @Option(
            names = "--engines",
            split = ",",
            paramLabel = "NAME",
            description =
                    "fused, djl, libtorch, graph, torch (default: all but torch, eager PyTorch of the machine); each must equal the graph in float64.")
    private List<Engine> engines = Engine.USUAL;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description =
                    "float32 (default); bfloat16 adds rows of fused and libtorch with such products, bfloat16x3 of fused; block and train.")
    private Precision precision = Precision.FLOAT32;

    @Option(names = "--attention", split = ",", paramLabel = "KIND", description = "favor+, exact (default: favor+).")
    private List<String> attention = List.of(AttentionKind.FAVOR.label());

    @Option(names = "--runs", paramLabel = "N", description = "Runs behind a median (default: ${DEFAULT-VALUE}).")
    private int runs = 9;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Start no round of a case after this time, but make 3 (default: no limit).")
    private double seconds = Double.POSITIVE_INFINITY;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of each engine (default: all cores).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--memory",
            paramLabel = "GIB",
            description = "Memory that the engines of a case may take (default: 80%% of what is free).")
    private Double memory;

    /** Returns the run that the options describe. */
    Bench bench(Work work, long seed) {
        refuse(work != Work.TRAIN, "--layers", layers, "train");
        refuse(work != Work.TRAIN, "--vocabulary", vocabulary, "train");
        refuse(work == Work.ATTENTION, "--hidden", hidden, "block and train");
        if (work == Work.ATTENTION && precision != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "--precision is an option of bench block and train: attention is in float32; --precision="
                            + precision.label());
        }
        Case defaults = Case.of(work);
        Case like = new Case(
                work,
                defaults.attention(),
                defaults.causal(),
                or(batch, defaults.batch()),
                defaults.tokens(),
                or(width, defaults.width()),
                or(heads, defaults.heads()),
                or(features, defaults.features()),
                or(hidden, defaults.hidden()),
                or(layers, defaults.layers()),
                or(vocabulary, defaults.vocabulary()),
                seed);
        return new Bench(
                cases(like),
                precision == Precision.FLOAT32 ? engines : withPrecision(),
                runs,
                seconds,
                Threads.checked(threads),
                memory == null ? freeMemory() : (long) (memory * GIB),
                new JavaProcess(
                        ManagementFactory.getRuntimeMXBean().getInputArguments(),
                        List.of(MAIN, "bench", BenchCommand.EngineCommand.NAME)),
                Home.file("modules", "benchmarks", "target", "peers"));
    }

    private List<Engine> withPrecision() {
        List<Engine> all = new ArrayList<>(engines);
        for (Engine engine : engines) {
            Engine other = engine.in(precision);
            if (other != engine) {
                all.add(other);
            }
        }
        if (all.size() == engines.size()) {
            throw new IllegalArgumentException("--precision " + precision.label() + " goes with --engines fused"
                    + (precision == Precision.BFLOAT16 ? " or libtorch" : "") + "; --engines="
                    + String.join(",", engines.stream().map(Engine::label).toList()));
        }
        return all;
    }

    private static void refuse(boolean foreign, String option, Integer given, String owners) {
        if (foreign && given != null) {
            throw new IllegalArgumentException(
                    option + " is an option of bench " + owners + "; " + option + "=" + given);
        }
    }

    /** Returns kind by kind, direction by direction, the lengths. */
    private List<Case> cases(Case like) {
        List<Integer> lengths = tokens == null ? lengths(like) : tokens;
        Causal which = causal == null ? (like.work() == Work.TRAIN ? Causal.NO : Causal.BOTH) : causal;
        List<Case> cases = new ArrayList<>();
        for (String kind : attention) {
            for (boolean direction : which.directions) {
                for (int length : lengths) {
                    cases.add(like.with(length, AttentionKind.named(kind), direction));
                }
            }
        }
        return cases;
    }

    private static List<Integer> lengths(Case like) {
        return like.work() == Work.ATTENTION ? List.of(1024, 4096) : List.of(like.tokens());
    }

    private static int or(Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    private static long freeMemory() {
        Long free = Machine.here().memoryBytes();
        return free == null ? Long.MAX_VALUE : (long) (SHARE_OF_FREE_MEMORY * free);
    }
}
