package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DetectMotifsTest {
    /** After 60 steps: degrees alone tell some motifs, who is joined to whom tells more. */
    @Test
    void kernelsOfTheGraphSeeMoreThanDegrees() {
        Map<String, Double> table = DetectMotifs.accuracies(300, 5, 1);
        assertThat(table)
                .containsOnlyKeys("mean pooling", "adjacency attention", "walk counts", "graph random features");
        assertThat(table.get("mean pooling")).isBetween(0.3, 0.7);
        assertThat(table.get("adjacency attention")).isGreaterThan(table.get("mean pooling"));
        assertThat(table.get("graph random features")).isGreaterThan(table.get("mean pooling"));
    }
}
