package io.github.performer4j.data.read;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns the texts of one file into tokens by any tokenizer, and counts the words that it does not know, or refuses them by line. */
final class TextTokens {
    private final Path path;
    private final Tokenizer tokenizer;
    private final boolean unknownIsError;
    private final Map<String, Long> unknown = new TreeMap<>();

    TextTokens(Path path, Tokenizer tokenizer, boolean unknownIsError) {
        this.path = path;
        this.tokenizer = tokenizer;
        this.unknownIsError = unknownIsError;
    }

    TokenArray array(int capacity) {
        return new TokenArray(tokenizer.size(), capacity);
    }

    /**
     * Adds the tokens of a text.
     *
     * @param line the number of the text's first line
     */
    void add(String text, long line, TokenArray tokens) throws IOException {
        boolean unknowns = false;
        for (int id : tokenizer.encode(text)) {
            tokens.add(id);
            unknowns |= id == tokenizer.specials().unknown();
        }
        if (unknowns) { // only now is it worth to ask which
            EncodedText read = tokenizer.read(text, List.of());
            if (unknownIsError) {
                throw unknownWord(text, line, read);
            }
            read.unknown().forEach((word, n) -> unknown.merge(word, n, Long::sum));
        }
    }

    /** The error that names the first word that is unknown. */
    private DataFileException unknownWord(String text, long line, EncodedText read) {
        int t = 0;
        while (read.ids()[t] != tokenizer.unknown()) {
            t++;
        }
        return new DataFileException(
                path.toString(),
                line + lines(text.substring(0, read.starts()[t])),
                "a " + tokenizer.unit() + " must be in the vocabulary; found "
                        + text.substring(read.starts()[t], read.ends()[t]));
    }

    static long lines(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }

    Map<String, Long> unknown() {
        return unknown;
    }
}
