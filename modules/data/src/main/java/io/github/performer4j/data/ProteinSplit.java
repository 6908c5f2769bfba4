package io.github.performer4j.data;

import io.github.performer4j.data.split.Containment;
import io.github.performer4j.data.split.Kmers;
import io.github.performer4j.data.split.SimilarityClusters;
import io.github.performer4j.kernels.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Splits proteins by whole clusters of similar sequences. Clusters larger than a tenth of the held-out side stay on the training side, so no
 * one family makes up the evaluation. How similar the sides still are is measured exactly on up to {@link #PROBES} held-out sequences, and
 * for comparison on a random split by sequences.
 */
final class ProteinSplit {
    /** Most held-out sequences that are compared with the training side. */
    static final int PROBES = 1000;

    private static final long DRAW_PROBES = 7;
    private static final double LARGEST_SHARE = 0.1;
    private static final int UNSPECIFIC = new ProteinTokenizer().id('X');

    private final Corpus corpus;
    private final double validFraction;
    private final long seed;

    ProteinSplit(Corpus corpus, double validFraction, long seed) {
        this.corpus = corpus;
        this.validFraction = validFraction;
        this.seed = seed;
    }

    Corpus.Split split() throws IOException {
        SimilarityClusters similar = new SimilarityClusters();
        LongStream.Builder documents = LongStream.builder();
        LongStream.Builder lengths = LongStream.builder();
        try (PartReader parts = corpus.parts()) {
            for (Part part = parts.next(); part != null; part = parts.next()) {
                similar.add(codes(part));
                documents.add(part.document());
                lengths.add(part.tokens().length());
            }
        }
        long[] ids = documents.build().toArray();
        long[] residues = lengths.build().toArray();
        long total = Arrays.stream(residues).sum();
        int[] cluster = similar.cluster();
        int clusters = Arrays.stream(cluster).max().orElse(-1) + 1;
        if (clusters < 2) {
            throw new IllegalArgumentException("a split needs at least two clusters of dissimilar proteins; path="
                    + corpus.path() + ", sequences=" + ids.length + ", clusters=" + clusters);
        }
        long[] clusterResidues = new long[clusters];
        long[] clusterSize = new long[clusters];
        for (int s = 0; s < cluster.length; s++) {
            clusterResidues[cluster[s]] += residues[s];
            clusterSize[cluster[s]]++;
        }
        double target = validFraction * total;
        BitSet chosen = Shares.choose(clusterResidues, target, LARGEST_SHARE * target, seed);
        BitSet valid = new BitSet();
        long validResidues = 0;
        for (int s = 0; s < cluster.length; s++) {
            if (chosen.get(cluster[s])) {
                valid.set(s);
                validResidues += residues[s];
            }
        }
        BitSet random = Shares.choose(residues, target, Double.MAX_VALUE, seed);
        SplitReport.Similarity[] similarity = measure(ids.length, valid, random);
        SplitReport report = new SplitReport(
                SimilarityClusters.description(),
                seed,
                validFraction,
                ids.length - (long) valid.cardinality(),
                valid.cardinality(),
                total - validResidues,
                validResidues,
                clusters,
                Arrays.stream(clusterSize).max().orElse(0),
                similarity[0],
                similarity[1]);
        return corpus.sides(select(ids, valid, false), select(ids, valid, true), report);
    }

    private static Selection select(long[] ids, BitSet valid, boolean side) {
        List<Long> chosen = new ArrayList<>();
        for (int s = 0; s < ids.length; s++) {
            if (valid.get(s) == side) {
                chosen.add(ids[s]);
            }
        }
        return Selection.of(chosen);
    }

    /** Returns the symbols as codes below 32; X and unknown letters say nothing about similarity. */
    private static byte[] codes(Part part) {
        TokenArray tokens = part.tokens();
        byte[] codes = new byte[tokens.length()];
        for (int i = 0; i < codes.length; i++) {
            int token = tokens.get(i);
            codes[i] = (byte) (token < Tokenizer.SPECIALS || token == UNSPECIFIC ? -1 : token - Tokenizer.SPECIALS);
        }
        return codes;
    }

    /** Measures several held-out sides in two passes over the corpus. */
    private SplitReport.Similarity[] measure(int sequences, BitSet... sides) throws IOException {
        List<BitSet> sampled = new ArrayList<>();
        List<List<int[]>> probes = new ArrayList<>();
        for (BitSet side : sides) {
            sampled.add(sample(side));
            probes.add(new ArrayList<>());
        }
        try (PartReader parts = corpus.parts()) {
            for (int s = 0; s < sequences; s++) {
                Part part = parts.next();
                for (int i = 0; i < sides.length; i++) {
                    if (sampled.get(i).get(s)) {
                        probes.get(i).add(Kmers.distinct(codes(part)));
                    }
                }
            }
        }
        List<Containment> containments = probes.stream().map(Containment::new).toList();
        try (PartReader parts = corpus.parts()) {
            for (int s = 0; s < sequences; s++) {
                int[] kmers = Kmers.distinct(codes(parts.next()));
                for (int i = 0; i < sides.length; i++) {
                    if (!sides[i].get(s)) {
                        containments.get(i).compare(kmers);
                    }
                }
            }
        }
        return containments.stream().map(c -> summarise(c.containments())).toArray(SplitReport.Similarity[]::new);
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
