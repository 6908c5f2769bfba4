package io.github.performer4j.data.read;

import io.github.performer4j.data.text.StretchReader;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * One text file as one document, for tokenizers of words and pieces of words: read in stretches that divide no word ({@link
 * io.github.performer4j.data.text.TextStretches}), tokenised one by one, in parts of at least {@link TextPartReader#PART} tokens.
 */
final class StretchPartReader implements PartReader {
    private final StretchReader reader;
    private final Path path;
    private final long document;
    private final TextTokens tokens;
    private long line = 1;
    private long start;
    private int previous = -1;
    private boolean done;

    StretchPartReader(Path path, int file, Selection selection, Tokenizer tokenizer, boolean unknownIsError)
            throws IOException {
        this.path = path;
        this.document = (long) file << Part.FILE_SHIFT;
        tokens = new TextTokens(path, tokenizer, unknownIsError);
        reader = new StretchReader(path, selection.from(), selection.to());
        line = reader.line();
        done = reader.ended() && selection.from() > 0;
    }

    @Override
    public Part next() throws IOException {
        if (done) {
            return null;
        }
        TokenArray part = tokens.array(1 << 12);
        long from = start;
        int before = previous;
        while (part.length() < TextPartReader.PART && !reader.ended()) {
            String text = reader.next();
            tokens.add(text, line, part);
            line += TextTokens.lines(text);
        }
        done = reader.ended();
        start += part.length();
        previous = part.length() == 0 ? previous : part.get(part.length() - 1);
        String name = path.getFileName().toString();
        return new Part(document, name, part.slice(0, part.length()), from, before, done, null);
    }

    @Override
    public Map<String, Long> unknown() {
        return tokens.unknown();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
