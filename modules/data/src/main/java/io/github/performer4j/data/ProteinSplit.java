package io.github.performer4j.data;

import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.split.Shares;
import io.github.performer4j.data.split.SimilarityClusters;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
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
 * holds, are no clusters and stay on the training side. Residues are compared, whatever the tokens. How similar the
 * sides still are says {@link Leakage}, for comparison also of a random split by sequences.
 *
 * <p>Sequences to stay apart from, those of a later test, are clustered with the others; clusters that hold one of them
 * are on neither side.
 */
final class ProteinSplit {
    private static final double LARGEST_SHARE = 0.1;

    private final Corpus corpus;
    private final Corpus source;
    private final Corpus apart;
    private final double validFraction;
    private final long seed;

    /**
     * Prepares a split.
     *
     * @param corpus what is split
     * @param source the same proteins, a token for each residue
     * @param apart proteins whose clusters are on neither side, a token for each residue; null for none
     */
    ProteinSplit(Corpus corpus, Corpus source, Corpus apart, double validFraction, long seed) {
        this.corpus = corpus;
        this.source = source;
        this.apart = apart;
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
                    similar.add(Leakage.codes(part));
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
        if (apart != null) {
            add(apart, similar);
        }
        return split(
                documents.build().toArray(),
                clustered.build().toArray(),
                lengths.build().toArray(),
                similar.cluster(),
                notes);
    }

    private static void add(Corpus others, SimilarityClusters similar) throws IOException {
        try (PartReader parts = others.parts()) {
            for (Part part = parts.next(); part != null; part = parts.next()) {
                if (similar.full()) {
                    throw SimilarityClusters.tooMany(others.documents());
                }
                if (!part.trivial()) {
                    similar.add(Leakage.codes(part));
                }
            }
        }
    }

    /**
     * Forms the sides.
     *
     * @param ids [all sequences] their documents' numbers
     * @param places [clustered] where the sequences that have a cluster stand among all
     * @param residues [clustered] their lengths
     * @param cluster [clustered + sequences to stay apart from] their clusters
     */
    private Corpus.Split split(long[] ids, int[] places, long[] residues, int[] cluster, CorpusNotes notes)
            throws IOException {
        int all = Arrays.stream(cluster).max().orElse(-1) + 1;
        BitSet hidden = new BitSet();
        Arrays.stream(cluster, places.length, cluster.length).forEach(hidden::set);
        long[] clusterResidues = new long[all];
        long[] members = new long[all];
        BitSet left = new BitSet();
        long leftResidues = 0;
        for (int i = 0; i < places.length; i++) {
            if (hidden.get(cluster[i])) {
                left.set(places[i]);
                leftResidues += residues[i];
            } else {
                clusterResidues[cluster[i]] += residues[i];
                members[cluster[i]]++;
            }
        }
        int clusters = all - hidden.cardinality();
        if (clusters < 2) {
            throw new IllegalArgumentException(
                    "a split needs at least two clusters of dissimilar proteins, or held-out data of your own (--valid); path="
                            + corpus.path() + ", sequences=" + ids.length + ", clusters=" + clusters
                            + (apart == null ? "" : ", left out=" + left.cardinality()));
        }
        long total = Arrays.stream(residues).sum() - leftResidues;
        double target = validFraction * total;
        double sequences = validFraction * (places.length - left.cardinality());
        int[] candidates = candidates(clusterResidues, members, target, sequences);
        BitSet chosen = Shares.choose(clusterResidues, candidates, target, seed);
        BitSet valid = new BitSet();
        long validResidues = 0;
        for (int i = 0; i < places.length; i++) {
            if (chosen.get(cluster[i])) {
                valid.set(places[i]);
                validResidues += residues[i];
            }
        }
        BitSet train = others(ids.length, valid);
        train.andNot(left);
        int[] there = all(places.length).filter(i -> !left.get(places[i])).toArray();
        long[] lengths = Arrays.stream(there).mapToLong(i -> residues[i]).toArray();
        BitSet random = new BitSet();
        Shares.choose(lengths, target, seed).stream().forEach(i -> random.set(places[there[i]]));
        BitSet randomTrain = others(ids.length, random);
        randomTrain.andNot(left);
        List<SplitReport.Similarity> similarity = new Leakage(source, seed)
                .measure(List.of(new Leakage.Sides(train, valid), new Leakage.Sides(randomTrain, random)));
        SplitReport report = new SplitReport(
                SimilarityClusters.description(),
                seed,
                validFraction,
                train.cardinality(),
                valid.cardinality(),
                total - validResidues,
                validResidues,
                clusters,
                Arrays.stream(members).max().orElse(0),
                similarity.get(0),
                similarity.get(1),
                null,
                apart == null ? null : apart(left.cardinality(), leftResidues, Selection.of(ids, train)));
        return corpus.sides(Selection.of(ids, train), Selection.of(ids, valid), report, notes);
    }

    private SplitReport.Apart apart(long documents, long residues, Selection train) throws IOException {
        return new SplitReport.Apart(
                apart.path().toString(),
                apart.documents(),
                documents,
                residues,
                Leakage.between(source.selected(train), apart, seed));
    }

    private static BitSet others(int all, BitSet some) {
        BitSet others = new BitSet();
        others.set(0, all);
        others.andNot(some);
        return others;
    }

    /** Returns the clusters that may be held out; without families that are too large, where that leaves enough. */
    private static int[] candidates(long[] residues, long[] members, double target, double sequences) {
        double cap = Math.max(1, LARGEST_SHARE * sequences);
        int[] small = all(residues.length)
                .filter(c -> members[c] > 0 && members[c] <= cap)
                .toArray();
        if (Arrays.stream(small).mapToLong(c -> residues[c]).sum() >= target) {
            return small;
        }
        int[] fitting = all(residues.length)
                .filter(c -> members[c] > 0 && (members[c] <= cap || residues[c] <= 2 * target))
                .toArray();
        return fitting.length > 0
                ? fitting
                : all(residues.length).filter(c -> members[c] > 0).toArray();
    }

    private static IntStream all(int clusters) {
        return IntStream.range(0, clusters);
    }
}
