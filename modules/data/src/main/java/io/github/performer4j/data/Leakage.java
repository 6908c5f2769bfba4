package io.github.performer4j.data;

import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.split.Containment;
import io.github.performer4j.data.split.Interrupts;
import io.github.performer4j.data.split.Kmers;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** How similar the held-out proteins of a split still are to the training side, measured exactly on up to {@value #PROBES} of them. */
final class Leakage {
    /** Most held-out sequences that are compared with the training side. */
    static final int PROBES = 1000;

    private static final long DRAW_PROBES = 7;
    private static final String MEASURED =
            "the sides' similarity was measured"; // parts may lie in memory, which no read interrupts
    private static final int UNSPECIFIC = new ProteinTokenizer().id('X');

    private final Corpus corpus;
    private final long seed;

    /**
     * Looks at a corpus.
     *
     * @param corpus both sides, proteins
     * @param seed chooses the sequences that are measured
     */
    Leakage(Corpus corpus, long seed) {
        this.corpus = corpus;
        this.seed = seed;
    }

    /**
     * One split.
     *
     * @param train places of the training sequences, in the corpus's order
     * @param valid places of the held-out ones
     */
    record Sides(BitSet train, BitSet valid) {}

    /**
     * Measures how similar proteins of one corpus are to those of another, in a pass over each.
     *
     * @param train what a model learns from
     * @param valid what is held out
     * @param seed chooses the sequences that are measured
     */
    static SplitReport.Similarity between(Corpus train, Corpus valid, long seed) throws IOException {
        BitSet all = new BitSet();
        all.set(0, Math.toIntExact(valid.documents()));
        BitSet sampled = new Leakage(valid, seed).sample(all);
        List<int[]> probes = new ArrayList<>();
        try (PartReader parts = valid.parts()) {
            int s = 0;
            for (Part part = parts.next(); part != null; part = parts.next(), s++) {
                Interrupts.end(MEASURED);
                if (sampled.get(s)) {
                    probes.add(Kmers.distinct(codes(part)));
                }
            }
        }
        Containment containment = new Containment(probes);
        try (PartReader parts = train.parts()) {
            for (Part part = parts.next(); part != null; part = parts.next()) {
                Interrupts.end(MEASURED);
                containment.compare(Kmers.distinct(codes(part)));
            }
        }
        return summarise(containment.containments());
    }

    /** Measures several splits in two passes over the corpus. */
    List<SplitReport.Similarity> measure(List<Sides> splits) throws IOException {
        List<BitSet> sampled = new ArrayList<>();
        List<List<int[]>> probes = new ArrayList<>();
        for (Sides sides : splits) {
            sampled.add(sample(sides.valid()));
            probes.add(new ArrayList<>());
        }
        try (PartReader parts = corpus.parts()) {
            int s = 0;
            for (Part part = parts.next(); part != null; part = parts.next(), s++) {
                Interrupts.end(MEASURED);
                for (int i = 0; i < splits.size(); i++) {
                    if (sampled.get(i).get(s)) {
                        probes.get(i).add(Kmers.distinct(codes(part)));
                    }
                }
            }
        }
        List<Containment> containments = probes.stream().map(Containment::new).toList();
        try (PartReader parts = corpus.parts()) {
            int s = 0;
            for (Part part = parts.next(); part != null; part = parts.next(), s++) {
                Interrupts.end(MEASURED);
                int[] kmers = Kmers.distinct(codes(part));
                for (int i = 0; i < splits.size(); i++) {
                    if (splits.get(i).train().get(s)) {
                        containments.get(i).compare(kmers);
                    }
                }
            }
        }
        return containments.stream().map(c -> summarise(c.containments())).toList();
    }

    /** Returns the symbols as codes below 32; X and unknown letters say nothing about similarity. */
    static byte[] codes(Part part) {
        TokenArray tokens = part.tokens();
        byte[] codes = new byte[tokens.length()];
        for (int i = 0; i < codes.length; i++) {
            int token = tokens.get(i);
            codes[i] =
                    (byte) (token < Specials.FIRST_SYMBOL || token == UNSPECIFIC ? -1 : token - Specials.FIRST_SYMBOL);
        }
        return codes;
    }

    /** Draws up to {@link #PROBES} members of a side, each equally likely. */
    private BitSet sample(BitSet side) {
        int[] members = side.stream().toArray();
        CounterRandom draws = CounterRandom.of(seed, DRAW_PROBES);
        BitSet sampled = new BitSet();
        for (int i = 0; i < Math.min(PROBES, members.length); i++) {
            int j = i + draws.nextInt(members.length - i);
            int member = members[j];
            members[j] = members[i];
            sampled.set(member);
        }
        return sampled;
    }

    private static SplitReport.Similarity summarise(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double above = Arrays.stream(sorted).filter(c -> c > 0.5).count();
        return new SplitReport.Similarity(
                n,
                Arrays.stream(sorted).average().orElse(0),
                sorted[(int) Math.min(n - 1, Math.ceil(0.95 * n) - 1)],
                sorted[n - 1],
                above / n);
    }
}
