package io.github.performer4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.math.Activation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Which engine runs what, and what is said about it. */
class EnginesTest {
    private static final LayerProgram PROGRAM = program();

    private static LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(p.activate(Activation.SILU, p.input("x", 7)));
    }

    /**
     * An engine by its answers.
     *
     * @param type the only one that it runs; null for all
     * @param lacks what it does not cover; null for nothing
     */
    private record Fake(String name, int rank, DataType type, String lacks) implements Engine {
        @Override
        public boolean runs(DataType wanted) {
            return type == null || type == wanted;
        }

        @Override
        public Optional<String> uncovered(LayerProgram program, DataType wanted) {
            return Optional.ofNullable(lacks);
        }

        @Override
        public Optional<ProgramRunner> prepare(LayerProgram program, DataType wanted) {
            return Optional.empty();
        }

        @Override
        public Optional<String> arithmetic() {
            return Optional.of("device=none");
        }
    }

    private static final Fake ALL = new Fake("all", 0, null, null);
    private static final Fake SOME = new Fake("some", 50, null, "operation=Activate x, f=SILU");
    private static final Fake FAST = new Fake("fast", 200, DataType.FLOAT, "operation=Activate x");
    private static final Fake SHY = new Fake("shy", -5, DataType.FLOAT, null);
    private static final List<Engine> ENGINES = EngineOrder.ordered(List.of(FAST, SHY, ALL, SOME));

    @Test
    void theHighestRankThatRunsTheTypeIsFirstAndANegativeOneOnlyByName() {
        assertThat(ENGINES).containsExactly(SHY, ALL, SOME, FAST);
        assertThat(EngineOrder.candidates(ENGINES, "", DataType.FLOAT)).containsExactly(FAST, SOME, ALL);
        assertThat(EngineOrder.candidates(ENGINES, "", DataType.DOUBLE)).containsExactly(SOME, ALL);
        assertThat(EngineOrder.candidates(ENGINES, "shy", DataType.FLOAT)).containsExactly(SHY, FAST, SOME, ALL);
        assertThat(EngineOrder.candidates(ENGINES, "all", DataType.FLOAT)).containsExactly(ALL, FAST, SOME);
        assertThat(EngineOrder.candidates(ENGINES, "fast", DataType.DOUBLE)).containsExactly(SOME, ALL);
    }

    @Test
    void aProgramGoesToTheNextEngineThatCoversItWhichIsSaid() {
        assertThat(EngineOrder.choice(ENGINES, "", PROGRAM, DataType.FLOAT))
                .isEqualTo(new EngineOrder.Choice(ALL, "engine=fast, operation=Activate x"));
        assertThat(EngineOrder.choice(ENGINES, "some", PROGRAM, DataType.FLOAT).line("block2"))
                .isEqualTo(
                        "an engine does not cover all of a layer, which runs on another one; layer=block2, engine=some, operation=Activate x, f=SILU, runs on=all");
        assertThat(EngineOrder.choice(ENGINES, "shy", PROGRAM, DataType.FLOAT))
                .isEqualTo(new EngineOrder.Choice(SHY, ""));
        assertThatThrownBy(() -> EngineOrder.choice(List.of(FAST, SOME), "", PROGRAM, DataType.FLOAT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no engine covers the program; type=FLOAT, engine=fast, operation=Activate x");
    }

    /** As of an engine that was written before there were any. */
    @Test
    void lossesGoToTheNextEngineUnlessOneKnowsThem() {
        Engine graph = Engines.named("graph");
        assertThat(EngineOrder.choice(
                        List.of(graph, FAST),
                        "",
                        DataType.FLOAT,
                        e -> e.uncovered(LossProgram.ofLogits(3), DataType.FLOAT)))
                .isEqualTo(new EngineOrder.Choice(graph, "engine=fast, losses of tokens"));
        assertThat(FAST.prepare(LossProgram.ofLogits(3), DataType.FLOAT)).isEmpty();
    }

    @Test
    void typesThatNoEngineRunsHaveNoKernels() {
        assertThat(Engines.kernels(DataType.FLOAT16)).isFalse();
        assertThatThrownBy(() -> Engines.of(DataType.FLOAT16))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no engine runs nets of this type; type=HALF");
    }

    @Test
    void namesAreLowerCaseAndEachAnEnginesOwn() {
        for (String name : new String[] {"", "CUDA", "two words"}) {
            assertThatThrownBy(() -> EngineOrder.ordered(List.of(new Fake(name, 1, null, null))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "an engine's name must be of lower-case letters, digits and hyphens; name=" + name);
        }
        assertThatThrownBy(() -> EngineOrder.ordered(List.of(ALL, new Fake("all", 7, null, null))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("engines must have names of their own; name=all, first=");
    }

    @Test
    void theLineNamesTheEngineAndItsArithmetic() {
        assertThat(Engines.line(Engines.named("graph"), DataType.DOUBLE, "")).isEqualTo("engine=graph, type=DOUBLE");
        assertThat(Engines.line(Engines.named("graph"), DataType.DOUBLE, "cpu"))
                .isEqualTo("engine=graph, type=DOUBLE, asked for cpu, which does not run this type here");
        String kernels = ", products=" + CpuKernels.products() + ", vector=" + CpuKernels.vectorized();
        assertThat(Engines.line(Engines.named(" CPU "), DataType.FLOAT, "cpu"))
                .isEqualTo("engine=cpu, type=FLOAT" + kernels);
        assertThat(Engines.line(FAST, DataType.FLOAT, "")).isEqualTo("engine=fast, type=FLOAT, device=none" + kernels);
    }
}
