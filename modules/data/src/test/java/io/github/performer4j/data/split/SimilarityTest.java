package io.github.performer4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.Samples;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimilarityTest {
    private static byte[] codes(String protein) {
        byte[] codes = new byte[protein.length()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) ProteinTokenizer.RESIDUES.indexOf(protein.charAt(i)); // -1 for anything else
        }
        return codes;
    }

    private static int[] kmers(String protein) {
        return Kmers.distinct(codes(protein));
    }

    @Test
    void kmersAreTheDistinctWindowsWithoutUnknowns() {
        assertThat(kmers("ACDEF")).isEmpty();
        assertThat(kmers("ACDEFG")).hasSize(1);
        assertThat(kmers("AAAAAAAAAA")).hasSize(1);
        assertThat(kmers("ACDEFGH")).hasSize(2).contains(kmers("ACDEFG")[0], kmers("CDEFGH")[0]);
        assertThat(kmers("ACDEFG?ACDEFG")).isEqualTo(kmers("ACDEFG"));
        String protein = Samples.protein(1, 5000);
        Set<String> expected = new HashSet<>();
        for (int i = 0; i + Kmers.K <= protein.length(); i++) {
            expected.add(protein.substring(i, i + Kmers.K));
        }
        assertThat(kmers(protein)).hasSize(expected.size()).isSorted();
    }

    /** The mean over 64 pairs of sets of known overlap lies within 4 standard errors of the truth: sketches are unbiased. */
    @Test
    void sketchesEstimateTheJaccardIndex() {
        for (int shared : new int[] {20, 100, 300}) {
            int size = 400;
            double truth = (double) shared / (2 * size - shared);
            int pairs = 64;
            double sum = 0;
            for (int p = 0; p < pairs; p++) {
                int base = p * 2 * size;
                int[] a = IntStream.range(base, base + size).toArray();
                int[] b = IntStream.range(base + size - shared, base + 2 * size - shared)
                        .toArray();
                sum += (double) MinHash.matches(MinHash.sketch(a), MinHash.sketch(b)) / MinHash.HASHES;
            }
            double standardError = Math.sqrt(truth * (1 - truth) / MinHash.HASHES / pairs);
            assertThat(sum / pairs).as("%d of %d shared", shared, size).isCloseTo(truth, within(4 * standardError));
        }
    }

    @Test
    void containmentFollowsFromMatchesAndSizes() {
        assertThat(MinHash.containment(MinHash.HASHES, 100, 100)).isEqualTo(1);
        assertThat(MinHash.containment(MinHash.HASHES / 4, 100, 400))
                .as("J = 1/4: all of the smaller set")
                .isEqualTo(1);
        assertThat(MinHash.containment(MinHash.HASHES / 4, 250, 250)).isCloseTo(0.4, within(1e-12));
        assertThat(MinHash.containment(0, 100, 100)).isZero();
        assertThat(MinHash.containment(MinHash.HASHES, 0, 100)).isZero();
    }

    @Test
    void exactContainmentEqualsBruteForce() {
        List<String> probes = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String parent = Samples.protein(i, 200);
            others.add(Samples.mutate(parent, 0.01 * i, i));
            probes.add(i % 3 == 0 ? parent.substring(50, 120) : parent);
        }
        probes.add("ACD"); // no k-mer
        Containment containment =
                new Containment(probes.stream().map(SimilarityTest::kmers).toList());
        others.forEach(o -> containment.compare(kmers(o)));
        double[] found = containment.containments();
        for (int p = 0; p < probes.size(); p++) {
            int[] mine = kmers(probes.get(p));
            double best = 0;
            for (String other : others) {
                Set<Integer> theirs = new HashSet<>();
                Arrays.stream(kmers(other)).forEach(theirs::add);
                double shared = Arrays.stream(mine).filter(theirs::contains).count();
                best = Math.max(best, mine.length == 0 ? 0 : shared / mine.length);
            }
            assertThat(found[p]).isEqualTo(best);
        }
        assertThat(found[0]).isEqualTo(1);
    }

    @Test
    void clustersJoinTheSimilarAndOnlyThem() {
        String a = Samples.protein(1, 300);
        String b = Samples.protein(2, 300);
        SimilarityClusters clusters = new SimilarityClusters();
        for (String protein : List.of(
                a, b, Samples.mutate(a, 0.1, 3), b.substring(100, 180), Samples.protein(4, 300), "AC", "AC", "CA")) {
            clusters.add(codes(protein));
        }
        assertThat(clusters.cluster()).containsExactly(0, 1, 0, 1, 2, 3, 3, 4);
    }

    /** A band's bucket of a huge family is not compared pair by pair, yet the family stays whole. */
    @Test
    void hugeFamiliesStayWhole() {
        SimilarityClusters clusters = new SimilarityClusters();
        String parent = Samples.protein(1, 200);
        for (int i = 0; i < 3000; i++) {
            clusters.add(codes(Samples.mutate(parent, 0.08, i)));
        }
        assertThat(clusters.cluster()).containsOnly(0);
    }
}
