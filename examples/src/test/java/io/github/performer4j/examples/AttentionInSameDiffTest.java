package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttentionInSameDiffTest {
    @Test
    void trainsAndIsTheSameFromItsFile(@TempDir Path folder) {
        double[] loss =
                AttentionInSameDiff.run(9, 150, folder.resolve("graph.fb").toFile());
        assertThat(loss[1]).isLessThan(loss[0] / 4);
        assertThat(loss[2]).isEqualTo(loss[1]);
    }
}
