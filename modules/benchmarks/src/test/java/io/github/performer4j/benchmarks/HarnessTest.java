package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarnessTest {
    private static final Case SIZES = Cases.of(Work.ATTENTION);

    @TempDir
    private Path folder;

    private Case judged = SIZES;
    private String reference = "good";
    private final List<String> notes = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger yardstick = new AtomicInteger();

    private List<Row> measure(int rounds, double seconds, Map<Engine, String> manners, Map<Engine, String> refused)
            throws IOException {
        Path diary = folder.resolve("diary");
        Harness.Launcher launcher = new Harness.Launcher() {
            @Override
            public EngineCommand command(Engine engine, Case sizes, Path inputs) throws EngineFailure {
                assertThat(TensorFiles.file(inputs, "q")).exists();
                String manner = manners.get(engine);
                if (manner.equals("missing")) {
                    throw new EngineFailure("not installed");
                }
                return manner.equals("no program")
                        ? new EngineCommand(List.of("/no/such/program"), Map.of())
                        : FakeEngine.command(engine.label(), manner, sizes, diary);
            }

            @Override
            public EngineCommand reference(Case sizes, Path inputs) {
                assertThat(sizes).isEqualTo(judged);
                return FakeEngine.command(Engines.REFERENCE, reference, sizes, diary);
            }
        };
        Harness harness = new Harness(launcher, rounds, seconds, () -> clock.addAndGet(1_000_000_000), notes::add);
        try (Cleanup cleanup = new Cleanup()) {
            List<Row> rows = harness.measure(
                    SIZES,
                    judged,
                    manners.keySet().stream().sorted().toList(),
                    refused,
                    cleanup,
                    yardstick::incrementAndGet);
            try (var left = Files.list(cleanup.folder())) {
                assertThat(left).as("files of the case").isEmpty();
            }
            return rows;
        }
    }

    @Test
    void roundsAreInterleavedAndTheYardstickIsAmongThem() throws IOException {
        List<Row> rows = measure(4, 1000, Map.of(Engine.FUSED, "good", Engine.DJL, "chatty"), Map.of());
        assertThat(rows).extracting(Row::engine).containsExactly(Engine.FUSED, Engine.DJL);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.reason()).isNull();
            assertThat(row.runs()).isEqualTo(4);
            assertThat(row.forwardMs()).isPositive();
            assertThat(row.forwardBackwardMs()).isPositive();
        });
        List<String> round = List.of("fused forward", "fused backward", "djl forward", "djl backward");
        List<String> diary = Files.readAllLines(folder.resolve("diary"));
        int rounds = Harness.WARM_UP + 4;
        assertThat(diary).hasSize(rounds * round.size());
        for (int i = 0; i < diary.size(); i++) {
            assertThat(diary.get(i)).isEqualTo(round.get(i % round.size()));
        }
        assertThat(yardstick).hasValue(rounds);
    }

    /** Each is judged by itself: the first engine is not believed, and what is equal to a wrong one is not wrong for that. */
    @Test
    void whatDoesNotEqualTheReferenceIsNotTimed() throws IOException {
        List<Row> rows =
                measure(1, 1000, Map.of(Engine.FUSED, "wrong", Engine.GRAPH, "good", Engine.TORCH, "wrong"), Map.of());
        for (int wrong : new int[] {0, 2}) {
            assertThat(rows.get(wrong).reason())
                    .matches("not equal to the graph in float64: \\S+ differs by 0\\.0010 of its largest value");
            assertThat(rows.get(wrong).forwardMs()).isNull();
        }
        assertThat(rows.get(1).reason()).isNull();
        assertThat(rows.get(1).forwardMs()).isPositive();
        assertThat(notes).hasSize(2).allMatch(note -> note.contains(": not equal to the graph in float64"));
        assertThat(Files.readAllLines(folder.resolve("diary"))).allMatch(line -> line.startsWith("graph"));
    }

    @Test
    void withoutAReferenceNothingIsTimed() throws IOException {
        reference = "cannot load";
        List<Row> rows = measure(1, 1000, Map.of(Engine.FUSED, "good", Engine.GRAPH, "good"), Map.of());
        assertThat(rows)
                .allMatch(row -> row.reason()
                        .startsWith("not judged, because the graph in float64 gave no results: ready failed"));
        assertThat(folder.resolve("diary")).doesNotExist();
    }

    /** Where the reference does not fit into memory, engines are judged at a shorter length and timed at the whole one. */
    @Test
    void longCasesAreJudgedAtAShorterLength() throws IOException {
        judged = SIZES.with(7, SIZES.attention(), SIZES.causal());
        List<Row> rows = measure(2, 1000, Map.of(Engine.FUSED, "good", Engine.TORCH, "wrong"), Map.of());
        assertThat(rows.get(0).reason()).isNull();
        assertThat(rows.get(0).runs()).isEqualTo(2);
        assertThat(rows.get(1).reason()).startsWith("not equal to the graph in float64");
        assertThat(notes)
                .first()
                .isEqualTo("results are compared at T=7: the graph in float64 does not fit into memory at T=13");
    }

    @Test
    void theReferenceFitsIntoMemory() {
        Case c = Case.of(Work.ATTENTION).with(16_384, AttentionKind.FAVOR, true);
        double gibibyte = 1L << 30;
        for (double memory : new double[] {1000 * gibibyte, 20 * gibibyte, gibibyte}) {
            Case fits = MemoryEstimate.judged(c, memory);
            assertThat(2 * MemoryEstimate.bytes(Engine.GRAPH, fits)).isLessThanOrEqualTo(memory);
            assertThat(fits.with(c.tokens(), c.attention(), c.causal())).isEqualTo(c);
        }
        assertThat(MemoryEstimate.judged(c, 1000 * gibibyte)).isEqualTo(c);
    }

    @Test
    void failuresAreReasonsAndTheOthersGoOn() throws IOException {
        List<Row> rows = measure(
                3,
                1000,
                Map.of(Engine.FUSED, "cannot load", Engine.GRAPH, "good", Engine.DJL, "dies", Engine.TORCH, "missing"),
                Map.of());
        assertThat(rows.get(0).reason()).startsWith("ready failed with code 1: ");
        assertThat(rows.get(1).reason()).startsWith("backward failed with code 1: ");
        assertThat(rows.get(1).forwardMs()).isNull();
        assertThat(rows.get(2).reason()).isNull();
        assertThat(rows.get(2).runs()).isEqualTo(3);
        assertThat(rows.get(3).reason()).isEqualTo("not installed");
    }

    @Test
    void refusedEnginesAreNotStarted() throws IOException {
        List<Row> rows = measure(
                1,
                1000,
                Map.of(Engine.FUSED, "good", Engine.GRAPH, "no program", Engine.DJL, "good"),
                Map.of(Engine.FUSED, "needs more"));
        assertThat(rows.get(0).reason()).isEqualTo("needs more");
        assertThat(rows.get(1).reason()).isNull();
        assertThat(rows.get(2).reason()).startsWith("its program cannot be started");
        assertThat(Files.readAllLines(folder.resolve("diary"))).noneMatch(line -> line.startsWith("fused"));
    }

    @Test
    void lateRoundsAreLeftOutButForThree() throws IOException {
        // The clock moves on by a second at each look.
        assertThat(measure(9, Harness.WARM_UP + 3.5, Map.of(Engine.GRAPH, "good"), Map.of())
                        .get(0)
                        .runs())
                .isEqualTo(3);
        assertThat(measure(9, Harness.WARM_UP + 4.5, Map.of(Engine.GRAPH, "good"), Map.of())
                        .get(0)
                        .runs())
                .isEqualTo(4);
        assertThatThrownBy(() -> measure(0, 1, Map.of(), Map.of())).hasMessage("runs must be positive; runs=0");
    }

    @Test
    void theEndLeavesNoProcessAndNoFile() throws Exception {
        Path log = folder.resolve("log");
        Cleanup cleanup = new Cleanup();
        EngineProcess engine =
                new EngineProcess(FakeEngine.command("graph", "good", SIZES, folder.resolve("diary")), log, cleanup);
        assertThat(engine.forward()).isPositive();
        ProcessHandle child = ProcessHandle.current().children().findFirst().orElseThrow();
        Files.createFile(cleanup.folder().resolve("file"));
        cleanup.close();
        child.onExit().get(10, TimeUnit.SECONDS);
        assertThat(cleanup.folder()).doesNotExist();
        assertThatThrownBy(engine::forward)
                .isInstanceOf(EngineFailure.class)
                .hasMessageStartingWith("forward was killed");
    }
}
