package io.github.performer4j.data;

import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.split.Shares;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.data.text.TextReader;
import io.github.performer4j.data.text.TextStretches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits text by whole documents (files), which {@link Shares} chooses; those of more than twice the share only where
 * there are no others, because texts are few and long, and rows are cut from them whatever their length. A single
 * document is cut once, between characters, or of tokens that are words in front of a line end, and its end is held
 * out. Documents of fewer than two tokens, which no batch holds, stay on the training side. Equal documents are not
 * looked for. Lengths are counted in bytes where tokens are bytes, else in characters.
 */
final class TextSplit {
    private static final int LEAST = 2;

    private final Corpus corpus;
    private final double validFraction;
    private final long seed;
    private final CorpusNotes notes = new CorpusNotes(false, null);

    TextSplit(Corpus corpus, double validFraction, long seed) {
        this.corpus = corpus;
        this.validFraction = validFraction;
        this.seed = seed;
    }

    Corpus.Split split() throws IOException {
        List<Path> files = corpus.files().files();
        Selection selection = corpus.selection();
        int[] chosen = IntStream.range(0, files.size())
                .filter(file -> selection.includes(file, 0))
                .toArray();
        long[] lengths = new long[files.size()];
        for (int file : chosen) {
            lengths[file] = length(files.get(file), selection);
            notes.document(files.get(file).getFileName().toString(), lengths[file] < LEAST);
        }
        int[] learnable =
                IntStream.of(chosen).filter(file -> lengths[file] >= LEAST).toArray();
        long total = Arrays.stream(lengths).sum();
        if (learnable.length == 0 || total < 2 * LEAST) {
            throw new IllegalArgumentException(
                    "a text to split must hold at least 4 tokens, or else needs held-out text of its own (--valid); path="
                            + corpus.path() + ", tokens=" + total);
        }
        return learnable.length == 1
                ? byTail(files.get(learnable[0]), lengths[learnable[0]])
                : byDocument(chosen, learnable, lengths);
    }

    private Corpus.Split byTail(Path file, long length) throws IOException {
        long held = Math.min(length - LEAST, Math.max(LEAST, Math.round(validFraction * length)));
        Selection all = corpus.selection();
        long cut = all.from() + length - held;
        held -= inside(file, cut, held - LEAST);
        cut = all.from() + length - held;
        Selection train = new Selection(all.documents(), all.from(), cut);
        Selection valid = new Selection(all.documents(), cut, all.to());
        return corpus.sides(train, valid, report("end of the one document", 1, 1, length - held, held, 1), notes);
    }

    /** Returns how far a cut is moved so that it divides no UTF-8 character, or of tokens that are words no line, else no word. */
    private long inside(Path file, long cut, long most) throws IOException {
        if (!List.of("byte", "character").contains(corpus.config().tokens())) {
            return insideLine(file, cut, most);
        }
        long inside = 0;
        if (corpus.config().tokens().equals("byte")) {
            try (TextReader reader = TextReader.bytes(file)) {
                for (long place = 0; place < cut; place++) {
                    reader.read();
                }
                while (inside < most && (reader.read() & 0xC0) == 0x80) {
                    inside++;
                }
            }
        }
        return inside;
    }

    private static long insideLine(Path file, long cut, long most) throws IOException {
        try (TextReader reader = TextReader.characters(file)) {
            for (long place = 0; place < cut; place++) {
                reader.read();
            }
            long blank = 0;
            for (long moved = 0; moved <= most; moved++) {
                int c = reader.read();
                if (TextStretches.lineEnd(c)) {
                    return moved;
                }
                blank = blank == 0 && TextStretches.blank(c) ? moved : blank;
            }
            return blank;
        }
    }

    private Corpus.Split byDocument(int[] documents, int[] learnable, long... lengths) throws IOException {
        long[] sizes = IntStream.of(learnable).mapToLong(file -> lengths[file]).toArray();
        long total = Arrays.stream(sizes).sum();
        BitSet held = new BitSet();
        double target = validFraction * total;
        int[] all = IntStream.range(0, sizes.length).toArray();
        int[] fitting = IntStream.of(all).filter(i -> sizes[i] <= 2 * target).toArray();
        BitSet chosen = Shares.choose(sizes, fitting.length > 0 ? fitting : all, target, seed);
        chosen.stream().forEach(i -> held.set(learnable[i]));
        long validTokens = held.stream().mapToLong(file -> lengths[file]).sum();
        int valid = held.cardinality();
        SplitReport report = report(
                "whole documents", documents.length - valid, valid, total - validTokens, validTokens, learnable.length);
        long[] numbers = new long[lengths.length];
        Arrays.setAll(numbers, file -> (long) file << Part.FILE_SHIFT);
        BitSet rest = new BitSet();
        IntStream.of(documents).filter(file -> !held.get(file)).forEach(rest::set);
        return corpus.sides(Selection.of(numbers, rest), Selection.of(numbers, held), report, notes);
    }

    private SplitReport report(String method, long train, long valid, long trainTokens, long validTokens, long groups) {
        return new SplitReport(
                method, seed, validFraction, train, valid, trainTokens, validTokens, groups, 1, null, null, null, null);
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
