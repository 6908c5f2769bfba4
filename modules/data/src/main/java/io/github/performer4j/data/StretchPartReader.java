package io.github.performer4j.data;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.text.StretchReader;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One text file as one document, for tokenizers of words and pieces of words: read in stretches that divide no word ({@link
 * io.github.performer4j.data.text.TextStretches}), tokenised one by one, in parts of at least {@link TextPartReader#PART} tokens.
 */
final class StretchPartReader implements PartReader {
    private final StretchReader reader;
    private final Path path;
    private final long document;
    private final Tokenizer tokenizer;
    private final boolean unknownIsError;
    private final Map<String, Long> unknown = new TreeMap<>();
    private long line = 1;
    private long start;
    private int previous = -1;
    private boolean done;

    StretchPartReader(Path path, int file, Selection selection, Tokenizer tokenizer, boolean unknownIsError)
            throws IOException {
        this.path = path;
        this.document = (long) file << Part.FILE_SHIFT;
        this.tokenizer = tokenizer;
        this.unknownIsError = unknownIsError;
        reader = new StretchReader(path, selection.from(), selection.to());
        line = reader.line();
        done = reader.ended() && selection.from() > 0;
    }

    @Override
    public Part next() throws IOException {
        if (done) {
            return null;
        }
        TokenArray tokens = new TokenArray(tokenizer.size(), 1 << 12);
        long from = start;
        int before = previous;
        while (tokens.length() < TextPartReader.PART && !reader.ended()) {
            add(reader.next(), tokens);
        }
        done = reader.ended();
        start += tokens.length();
        previous = tokens.length() == 0 ? previous : tokens.get(tokens.length() - 1);
        String name = path.getFileName().toString();
        return new Part(document, name, tokens.slice(0, tokens.length()), from, before, done);
    }

    private void add(String text, TokenArray tokens) throws IOException {
        boolean unknowns = false;
        for (int id : tokenizer.encode(text)) {
            tokens.add(id);
            unknowns |= id == tokenizer.specials().unknown();
        }
        if (unknowns) { // only now is it worth to ask which
            EncodedText read = tokenizer.read(text, List.of());
            if (unknownIsError) {
                throw unknownWord(text, read);
            }
            read.unknown().forEach((word, n) -> unknown.merge(word, n, Long::sum));
        }
        line += lines(text);
    }

    /** The error that names the first word that is unknown. */
    private DataFileException unknownWord(String text, EncodedText read) {
        int t = 0;
        while (read.ids()[t] != tokenizer.unknown()) {
            t++;
        }
        return new DataFileException(
                path.toString(),
                line + lines(text.substring(0, read.starts()[t])),
                "a word must be in the vocabulary; found " + text.substring(read.starts()[t], read.ends()[t]));
    }

    private static long lines(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }

    @Override
    public Map<String, Long> unknown() {
        return unknown;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
