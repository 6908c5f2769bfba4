package io.github.performer4j.data.read;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.text.TextReader;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One text file as one document, in parts of {@link #PART} tokens; an empty file is one part without tokens, to be counted. */
final class TextPartReader implements PartReader {
    /** Tokens of a part. */
    static final int PART = 1 << 20;

    private final TextReader reader;
    private final Path path;
    private final long document;
    private final Tokenizer tokenizer;
    private final boolean unknownIsError;
    private final long to;
    private final Map<Integer, Long> unknown = new HashMap<>();
    private long place;
    private long start;
    private int previous = -1;
    private int ahead;
    private boolean empty;

    TextPartReader(Path path, int file, Selection selection, Tokenizer tokenizer, boolean unknownIsError)
            throws IOException {
        this.path = path;
        this.document = (long) file << Part.FILE_SHIFT;
        this.tokenizer = tokenizer;
        this.unknownIsError = unknownIsError;
        this.to = selection.to();
        reader = tokenizer instanceof ByteTokenizer ? TextReader.bytes(path) : TextReader.characters(path);
        try {
            ahead = reader.read();
            while (ahead >= 0 && place < selection.from()) {
                ahead = reader.read();
                place++;
            }
        } catch (IOException e) {
            reader.close();
            throw e;
        }
        start = place;
        empty = ahead < 0 && selection.from() == 0;
    }

    @Override
    public Part next() throws IOException {
        if (ended() && !empty) {
            return null;
        }
        empty = false;
        TokenArray tokens = new TokenArray(tokenizer.size(), 1 << 12);
        long from = place;
        int before = previous;
        while (tokens.length() < PART && !ended()) {
            tokens.add(encode(ahead));
            ahead = reader.read();
            place++;
        }
        previous = tokens.length() == 0 ? -1 : tokens.get(tokens.length() - 1);
        String name = path.getFileName().toString();
        TokenArray exact = tokens.slice(0, tokens.length());
        return new Part(document, name, exact, from - start, before, ended(), null);
    }

    private boolean ended() {
        return ahead < 0 || place >= to;
    }

    private int encode(int symbol) throws IOException {
        if (!(tokenizer instanceof CharacterTokenizer characters)) {
            return Specials.FIRST_SYMBOL + symbol;
        }
        int id = characters.id(symbol);
        if (id == tokenizer.unknown()) {
            if (unknownIsError) {
                throw new DataFileException(
                        path.toString(),
                        reader.line(),
                        String.format(Locale.ROOT, "a character must be in the vocabulary; found U+%04X", symbol));
            }
            unknown.merge(symbol, 1L, Long::sum);
        }
        return id;
    }

    @Override
    public Map<String, Long> unknown() {
        Map<String, Long> counts = new TreeMap<>();
        unknown.forEach((codePoint, n) -> counts.put(Character.toString(codePoint), n));
        return counts;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
