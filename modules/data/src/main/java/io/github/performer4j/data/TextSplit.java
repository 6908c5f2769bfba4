package io.github.performer4j.data;

import io.github.performer4j.data.text.TextReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Splits text by whole documents (files), chosen by {@link Shares}; a single document is cut once, and its end is held out. Equal documents
 * are not looked for.
 */
final class TextSplit {
    private final Corpus corpus;
    private final double validFraction;
    private final long seed;

    TextSplit(Corpus corpus, double validFraction, long seed) {
        this.corpus = corpus;
        this.validFraction = validFraction;
        this.seed = seed;
    }

    Corpus.Split split() throws IOException {
        List<Long> documents = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        Selection selection = corpus.selection();
        for (int file = 0; file < corpus.files().files().size(); file++) {
            long length =
                    selection.includes(file, 0) ? length(corpus.files().files().get(file), selection) : 0;
            if (length > 0) {
                documents.add((long) file << Part.FILE_SHIFT);
                lengths.add(length);
            }
        }
        long total = lengths.stream().mapToLong(Long::longValue).sum();
        if (total < 4) {
            throw new IllegalArgumentException(
                    "a text to split must hold at least 4 tokens; path=" + corpus.path() + ", tokens=" + total);
        }
        return documents.size() == 1 ? byTail(total) : byDocument(documents, lengths, total);
    }

    private Corpus.Split byTail(long total) throws IOException {
        long held = Math.min(total - 2, Math.max(2, Math.round(validFraction * total)));
        Selection all = corpus.selection();
        long cut = all.from() + total - held;
        Selection train = new Selection(all.documents(), all.from(), cut);
        Selection valid = new Selection(all.documents(), cut, all.to());
        return corpus.sides(train, valid, report("end of the one document", 1, 1, total - held, held, 1));
    }

    private Corpus.Split byDocument(List<Long> documents, List<Long> lengths, long total) throws IOException {
        long[] sizes = lengths.stream().mapToLong(Long::longValue).toArray();
        BitSet chosen = Shares.choose(sizes, validFraction * total, Double.MAX_VALUE, seed);
        List<Long> train = new ArrayList<>();
        List<Long> valid = new ArrayList<>();
        long held = 0;
        for (int d = 0; d < sizes.length; d++) {
            (chosen.get(d) ? valid : train).add(documents.get(d));
            held += chosen.get(d) ? sizes[d] : 0;
        }
        SplitReport report = report("whole documents", train.size(), valid.size(), total - held, held, sizes.length);
        return corpus.sides(Selection.of(train), Selection.of(valid), report);
    }

    private SplitReport report(String method, long train, long valid, long trainTokens, long validTokens, long groups) {
        return new SplitReport(
                method, seed, validFraction, train, valid, trainTokens, validTokens, groups, 1, null, null);
    }

    private long length(Path file, Selection selection) throws IOException {
        boolean bytes = corpus.config().tokens().equals("byte");
        try (TextReader reader = bytes ? TextReader.bytes(file) : TextReader.characters(file)) {
            long length = 0;
            while (length < selection.to() && reader.read() >= 0) {
                length++;
            }
            return Math.max(0, length - selection.from());
        }
    }
}
