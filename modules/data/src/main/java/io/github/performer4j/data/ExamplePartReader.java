package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The chosen examples of one file, each a part of its own. Two texts become one part, {@code first SEP second}; where the vocabulary has no separator, EOS stands between them.
 */
final class ExamplePartReader implements PartReader {
    private final ExampleReader examples;
    private final Path path;
    private final int file;
    private final Selection selection;
    private final Tokenizer tokenizer;
    private final LabelReader labels;
    private final boolean unknownIsError;
    private final Map<String, Long> unknown = new TreeMap<>();
    private int ordinal;

    /**
     * Reads on.
     *
     * @param examples of the file, at the first
     * @param labels null if there are none to read
     */
    ExamplePartReader(
            ExampleReader examples,
            Path path,
            int file,
            Selection selection,
            Tokenizer tokenizer,
            LabelReader labels,
            boolean unknownIsError) {
        this.examples = examples;
        this.path = path;
        this.file = file;
        this.selection = selection;
        this.tokenizer = tokenizer;
        this.labels = labels;
        this.unknownIsError = unknownIsError;
    }

    @Override
    public Part next() throws IOException {
        Example example = examples.next();
        while (example != null && !selection.includes(file, ordinal)) {
            ordinal++;
            example = examples.next();
        }
        if (example == null) {
            return null;
        }
        try {
            return part(example);
        } catch (IllegalArgumentException e) {
            throw new DataFileException(path.toString(), example.line(), e.getMessage());
        }
    }

    private Part part(Example example) throws DataFileException {
        EncodedText first = example.symbols() != null
                ? symbols(example.symbols())
                : tokenizer.read(example.texts().get(0), List.of());
        TokenArray tokens = new TokenArray(tokenizer.size(), first.ids().length);
        append(first, example, tokens);
        if (example.texts().size() > 1) {
            int separator = tokenizer.specials().separator();
            tokens.add(separator == Specials.ABSENT ? tokenizer.eos() : separator);
            append(tokenizer.read(example.texts().get(1), List.of()), example, tokens);
        }
        Label label = labels == null ? null : labels.read(example, first);
        return new Part(((long) file << Part.FILE_SHIFT) + ordinal++, example.id(), tokens, 0, -1, true, label);
    }

    private void append(EncodedText text, Example example, TokenArray tokens) throws DataFileException {
        if (unknownIsError && !text.unknown().isEmpty()) {
            throw new DataFileException(
                    path.toString(),
                    example.line(),
                    "a symbol must be in the vocabulary; found="
                            + text.unknown().keySet());
        }
        text.unknown().forEach((symbol, n) -> unknown.merge(symbol, n, Long::sum));
        for (int id : text.ids()) {
            tokens.add(id);
        }
    }

    private EncodedText symbols(int[] symbols) {
        if (!(tokenizer instanceof ByteTokenizer)) {
            throw new IllegalArgumentException(
                    "pixels are read as bytes (data.tokens=byte); tokenizer=" + tokenizer.kind());
        }
        int[] ids = new int[symbols.length];
        int[] starts = new int[symbols.length];
        int[] ends = new int[symbols.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Specials.FIRST_SYMBOL + symbols[i];
            starts[i] = i;
            ends[i] = i + 1;
        }
        return new EncodedText(ids, starts, ends, Map.of());
    }

    @Override
    public Map<String, Long> unknown() {
        return unknown;
    }

    @Override
    public List<String> notes() {
        return examples.notes().stream().map(note -> path + ": " + note).toList();
    }

    @Override
    public void close() throws IOException {
        examples.close();
    }
}
