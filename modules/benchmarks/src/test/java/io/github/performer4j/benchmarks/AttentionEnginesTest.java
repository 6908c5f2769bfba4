package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionEnginesTest {
    @TempDir
    private Path folder;

    /** Engines and the reference share nothing but the definition, so that equal files say that all compute what the benchmark states. */
    @ParameterizedTest
    @CsvSource({"FAVOR,false", "FAVOR,true", "EXACT,false", "EXACT,true"})
    void fusedEqualsGraph(AttentionKind kind, boolean causal) throws IOException {
        Case c = Cases.of(Work.ATTENTION).with(131, kind, causal);
        Path inputs = Files.createDirectory(folder.resolve("inputs"));
        Path fused = Files.createDirectory(folder.resolve("fused"));
        Path graph = Files.createDirectory(folder.resolve("graph"));
        Inputs.write(c, inputs);
        new Engines("fused", c, inputs).load().check(fused);
        EngineWork work = new Engines("graph", c, inputs).load();
        work.check(graph);
        Path reference = Files.createDirectory(folder.resolve("reference"));
        new Engines(Engines.REFERENCE, c, inputs).load().check(reference);
        assertThat(Comparison.difference(c, inputs, reference, fused, false)).isNull();
        assertThat(Comparison.difference(c, inputs, reference, graph, false)).isNull();
        assertThat(Comparison.difference(c, inputs, graph, fused, false)).isNull();
        work.forward();
        work.backward();
        work.check(graph); // what is timed leaves no trace in later results
        assertThat(Comparison.difference(c, inputs, graph, fused, false)).isNull();
    }
}
