package io.github.performer4j.data;

import io.github.performer4j.data.split.Containment;
import io.github.performer4j.data.split.Kmers;
import io.github.performer4j.data.split.SimilarityClusters;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.kernels.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Splits proteins by whole clusters of similar sequences, which {@link Shares} chooses. Families that would be more
 * than a tenth of the held-out side stay on the training side, so that no one family makes up the evaluation; they
 * count by their members, for by residues a single long protein would stay, too. Where the other clusters do not hold
 * the share, families of up to twice the share are taken, too. Sequences of fewer than two residues, which no batch
 * holds, are no clusters and stay on the training side. Residues are compared, whatever the tokens. How similar the sides still are is measured exactly on up to
 * {@link #PROBES} held-out sequences, and for comparison on a random split by sequences.
 */
final class ProteinSplit {
    /** Most held-out sequences that are compared with the training side. */
    static final int PROBES = 1000;

    private static final long DRAW_PROBES = 7;
    private static final double LARGEST_SHARE = 0.1;
    private static final int UNSPECIFIC = new ProteinTokenizer().id('X');

    private final Corpus corpus;
    private final Corpus source;
    private final double validFraction;
    private final long seed;

    /**
     * Prepares a split.
     *
     * @param corpus what is split
     * @param source the same proteins, a token for each residue
     */
    ProteinSplit(Corpus corpus, Corpus source, double validFraction, long seed) {
        this.corpus = corpus;
        this.source = source;
        this.validFraction = validFraction;
        this.seed = seed;
    }

    Corpus.Split split() throws IOException {
        CorpusNotes notes = new CorpusNotes(true, new ProteinTokenizer());
        SimilarityClusters similar = new SimilarityClusters();
        LongStream.Builder documents = LongStream.builder();
        LongStream.Builder lengths = LongStream.builder();
        IntStream.Builder clustered = IntStream.builder();
        int sequences = 0;
        boolean full = false;
        try (PartReader parts = source.namedParts()) {
            for (Part part = parts.next(); part != null; part = parts.next()) {
                notes.add(part);
                full = full || similar.full(); // the rest is counted only, to say how much memory it takes
                if (!full && !part.trivial()) {
                    similar.add(codes(part));
                    clustered.add(sequences);
                    lengths.add(part.tokens().length());
                }
                if (!full) {
                    documents.add(part.document());
                }
                sequences++;
            }
        }
        if (full) {
            throw SimilarityClusters.tooMany(sequences);
        }
        return split(
                documents.build().toArray(),
                clustered.build().toArray(),
                lengths.build().toArray(),
                similar.cluster(),
                notes);
    }

    /**
     * Forms the sides.
     *
     * @param ids [all sequences] their documents' numbers
     * @param places [clustered] where the sequences that have a cluster stand among all
     * @param residues [clustered] their lengths
     * @param cluster [clustered] their clusters
     */
    private Corpus.Split split(long[] ids, int[] places, long[] residues, int[] cluster, CorpusNotes notes)
            throws IOException {
        int clusters = Arrays.stream(cluster).max().orElse(-1) + 1;
        if (clusters < 2) {
            throw new IllegalArgumentException(
                    "a split needs at least two clusters of dissimilar proteins, or held-out data of your own (--valid); path="
                            + corpus.path() + ", sequences=" + ids.length + ", clusters=" + clusters);
        }
        long[] clusterResidues = new long[clusters];
        long[] members = new long[clusters];
        for (int i = 0; i < cluster.length; i++) {
            clusterResidues[cluster[i]] += residues[i];
            members[cluster[i]]++;
        }
        long total = Arrays.stream(residues).sum();
        double target = validFraction * total;
        int[] candidates = candidates(clusterResidues, members, target, validFraction * cluster.length);
        BitSet chosen = Shares.choose(clusterResidues, candidates, target, seed);
        BitSet valid = new BitSet();
        long validResidues = 0;
        for (int i = 0; i < cluster.length; i++) {
            if (chosen.get(cluster[i])) {
                valid.set(places[i]);
                validResidues += residues[i];
            }
        }
        BitSet random = new BitSet();
        Shares.choose(residues, target, seed).stream().forEach(i -> random.set(places[i]));
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
                Arrays.stream(members).max().orElse(0),
                similarity[0],
                similarity[1]);
        BitSet train = new BitSet();
        train.set(0, ids.length);
        train.andNot(valid);
        return corpus.sides(Selection.of(ids, train), Selection.of(ids, valid), report, notes);
    }

    /** Returns the clusters that may be held out; without families that are too large, where that leaves enough. */
    private static int[] candidates(long[] residues, long[] members, double target, double sequences) {
        double cap = Math.max(1, LARGEST_SHARE * sequences);
        int[] small = all(residues.length).filter(c -> members[c] <= cap).toArray();
        if (Arrays.stream(small).mapToLong(c -> residues[c]).sum() >= target) {
            return small;
        }
        int[] fitting = all(residues.length)
                .filter(c -> members[c] <= cap || residues[c] <= 2 * target)
                .toArray();
        return fitting.length > 0 ? fitting : all(residues.length).toArray();
    }

    private static IntStream all(int clusters) {
        return IntStream.range(0, clusters);
    }

    /** Returns the symbols as codes below 32; X and unknown letters say nothing about similarity. */
    private static byte[] codes(Part part) {
        TokenArray tokens = part.tokens();
        byte[] codes = new byte[tokens.length()];
        for (int i = 0; i < codes.length; i++) {
            int token = tokens.get(i);
            codes[i] =
                    (byte) (token < Specials.FIRST_SYMBOL || token == UNSPECIFIC ? -1 : token - Specials.FIRST_SYMBOL);
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
        try (PartReader parts = source.parts()) {
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
        try (PartReader parts = source.parts()) {
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
