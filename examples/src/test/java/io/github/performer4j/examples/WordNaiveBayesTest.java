package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.made.Passages;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The baseline of the novels, and its arithmetic by hand. */
class WordNaiveBayesTest {
    @TempDir
    private Path folder;

    /** Two texts of x (words a a b, c), one of y (a c): V = 3, so "a c" has log 2/3 + log 3/7 + log 2/7 against log 1/3 + 2 log 2/5. */
    @Test
    void countsDecideAsByHand() {
        WordNaiveBayes bayes = new WordNaiveBayes();
        bayes.learn("A a, b!", "x");
        bayes.learn("c", "x");
        bayes.learn("a c", "y");
        assertThat(2.0 / 3 * 3 / 7 * 2 / 7).isGreaterThan(1.0 / 3 * 2 / 5 * 2 / 5);
        assertThat(bayes.classify("a c")).isEqualTo("x");
        assertThat(2.0 / 3 * Math.pow(2.0 / 7, 3)).isLessThan(1.0 / 3 * Math.pow(2.0 / 5, 3));
        assertThat(bayes.classify("c c c zzz")).isEqualTo("y");
        assertThat(bayes.classify("zzz")).isEqualTo("x");
    }

    /** The floor of datasets/README.md, whose split was another: 0.796. */
    @Test
    void theFloorOfTheNovelsIsReproduced() throws IOException {
        Path table = folder.resolve("passages.tsv.gz");
        Passages.defaults(1).write(Path.of("../datasets/text/jane-austen"), table);
        double accuracy = WordNaiveBayes.accuracy(table, "test");
        System.out.println("naive Bayes on words, six novels, test: " + accuracy);
        assertThat(accuracy).isBetween(0.74, 0.85);
    }
}
