package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DetectMotifsTest {
    @Test
    void probe() throws Exception {
        long t = System.nanoTime();
        Map<String, Double> table = DetectMotifs.accuracies(Integer.getInteger("g", 400), Integer.getInteger("e", 5), 1);
        System.err.println("TABLE " + table + " " + (System.nanoTime() - t) / 1e9);
        java.nio.file.Files.writeString(java.nio.file.Path.of("/tmp/h/cp.graph"), System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        assertThat(table).hasSize(4);
    }
}
