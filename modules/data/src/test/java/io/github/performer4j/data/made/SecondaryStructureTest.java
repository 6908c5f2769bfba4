package io.github.performer4j.data.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags follow from nine residues and from nothing else; simple rules do not find them. */
class SecondaryStructureTest {
    private static final SecondaryStructure MADE = SecondaryStructure.defaults(1);

    @TempDir
    private Path folder;

    /** The rule in another way: for each residue the window is cut out, and each tag's propensities are added up. */
    private static char byHand(String window) {
        char best = '?';
        int most = -1;
        for (int s = 0; s < 3; s++) {
            int sum = 0;
            for (char residue : window.toCharArray()) {
                sum += Propensities.of(s, residue);
            }
            if (sum > most) {
                most = sum;
                best = "CEH".charAt(s);
            }
        }
        return best;
    }

    @Test
    void tagsAreThoseOfTheWindow() {
        for (int i = 0; i < 100; i++) {
            String sequence = MADE.sequence(i);
            String tags = SecondaryStructure.tags(sequence);
            assertThat(sequence).hasSizeBetween(40, 160).isEqualTo(MADE.sequence(i));
            assertThat(tags).hasSameSizeAs(sequence);
            for (int t = 0; t < sequence.length(); t++) {
                String window = sequence.substring(Math.max(0, t - 4), Math.min(sequence.length(), t + 5));
                assertThat(tags.charAt(t)).isEqualTo(byHand(window));
            }
        }
        assertThat(SecondaryStructure.tags("E")).isEqualTo("H");
        assertThat(SecondaryStructure.tags("VVVVVVVV")).isEqualTo("EEEEEEEE");
        assertThat(SecondaryStructure.tags("GPGPG")).isEqualTo("CCCCC");
        assertThatThrownBy(() -> SecondaryStructure.tags("MB")).hasMessageContaining("place=1, residue=B");
    }

    /** The paper's extremes, as anyone would look them up: Glu 1.51 in helices, Val 1.70 in strands, Asn and Gly 1.56 in turns. */
    @Test
    void propensitiesAreThoseOfThePaper() {
        Map<Character, List<Integer>> some = Map.of(
                'E', List.of(74, 37, 151),
                'V', List.of(50, 170, 106),
                'G', List.of(156, 75, 57),
                'P', List.of(152, 55, 57),
                'A', List.of(66, 83, 142),
                'Y', List.of(114, 147, 69));
        some.forEach((residue, expected) -> {
            for (int s = 0; s < 3; s++) {
                assertThat(Propensities.of(s, residue)).isEqualTo(expected.get(s));
            }
        });
    }

    /** The floors that a model must beat, on the test side: the most frequent tag, and the best tag of each residue. */
    @Test
    void simpleRulesDoNotFindTheTags() throws IOException {
        Path table = folder.resolve("structure.tsv");
        MadeSummary summary = MADE.write(table, new Sides(500, 0, 200));
        Map<Character, long[]> counts = new TreeMap<>();
        long[] right = new long[2];
        long all = 0;
        Set<String> sequences = new HashSet<>();
        for (String line : Files.readAllLines(table).subList(1, 701)) {
            String[] fields = line.split("\t");
            sequences.add(fields[1]);
            for (int t = 0; t < fields[1].length(); t++) {
                long[] tags = counts.computeIfAbsent(fields[1].charAt(t), r -> new long[3]);
                int tag = "CEH".indexOf(fields[2].charAt(t));
                if (fields[3].equals("train")) {
                    tags[tag]++;
                } else {
                    right[0] += tag == 0 ? 1 : 0;
                    right[1] += tags[tag] == Math.max(tags[0], Math.max(tags[1], tags[2])) ? 1 : 0;
                    all++;
                }
            }
        }
        double majority = right[0] / (double) all;
        double residue = right[1] / (double) all;
        System.out.println("secondary structure, test: always C " + majority + ", by residue " + residue + ", made "
                + summary.classes());
        assertThat(sequences).hasSize(700);
        assertThat(summary.count("test")).isEqualTo(all);
        assertThat(majority).isBetween(0.3, 0.6);
        assertThat(residue).isBetween(majority + 0.05, 0.75);
    }
}
