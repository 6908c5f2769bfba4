package io.github.performer4j.data.read;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.Patches;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.graph.GraphEncoder;
import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The chosen examples of one file, each a part of its own. Several texts become one part, {@code first SEP second}; where the vocabulary has no separator, EOS stands between them.
 */
final class ExamplePartReader implements PartReader {
    private static final int[] NONE = {};

    private final ExampleReader examples;
    private final Path path;
    private final int file;
    private final Selection selection;
    private final Tokenizer tokenizer;
    private final LabelReader labels;
    private final DataConfig config;
    private final Map<String, Long> unknown = new TreeMap<>();
    private GraphEncoder encoder;
    private int ordinal;
    private long cut;

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
            DataConfig config) {
        this.examples = examples;
        this.path = path;
        this.file = file;
        this.selection = selection;
        this.tokenizer = tokenizer;
        this.labels = labels;
        this.config = config;
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
        if (config.patch() > 0) {
            return patches(example);
        }
        if (example.graph() != null || config.graph().given()) {
            return graph(example);
        }
        EncodedText first = example.symbols() != null
                ? symbols(example.symbols())
                : tokenizer.read(example.texts().get(0), List.of());
        TokenArray tokens = new TokenArray(tokenizer.size(), first.ids().length);
        int[] separators = NONE;
        if (example.texts().size() > 1) {
            separators = texts(first, example, tokens);
        } else {
            append(first, first.ids().length, example, tokens);
        }
        Label label = labels == null
                ? null
                : separators.length == 0 ? labels.read(example, first) : labels.readTexts(example, first, separators);
        return new Part(((long) file << Part.FILE_SHIFT) + ordinal++, example.id(), tokens, 0, -1, true, label);
    }

    /** Cuts an image; its patches have no tokens for a label to belong to, so it is one for the whole. */
    private Part patches(Example example) {
        ImageShape shape = examples.shape();
        if (example.symbols() == null || shape == null) {
            throw new IllegalArgumentException(
                    "patches are cut from images; data.patch=" + config.patch() + ", id=" + example.id());
        }
        int width = Patches.width(shape, config.patch());
        TokenArray rows = TokenArray.ofRows(width, Patches.arrange(example.symbols(), shape, config.patch()));
        Label label = labels == null ? null : labels.read(example, new EncodedText(NONE, NONE, NONE, Map.of()));
        return new Part(((long) file << Part.FILE_SHIFT) + ordinal++, example.id(), rows, 0, -1, true, label);
    }

    /** Encodes a graph, which is seen whole; its nodes are what labels may belong to. */
    private Part graph(Example example) throws DataFileException {
        if (!config.graph().given() || example.graph() == null) {
            throw new IllegalArgumentException((example.graph() == null
                            ? "a kernel of graphs needs data with graphs"
                            : "graphs need a kernel (--preset graph-classify, graph-regress or graph-tag)")
                    + "; data.graph.kernel=" + config.graph().kernel() + ", id=" + example.id());
        }
        int nodes = example.graph().nodes();
        if (nodes > config.maxTokens()) {
            throw new IllegalArgumentException("a graph is not cut, so raise data.maxTokens and model.maxTokens; id="
                    + example.id() + ", nodes=" + nodes + ", data.maxTokens=" + config.maxTokens());
        }
        Map<String, Long> kinds = new TreeMap<>();
        encoder = encoder == null ? new GraphEncoder(config.graph()) : encoder;
        GraphInput input = encoder.encode(example.graph(), kinds);
        if (config.unknownIsError() && !kinds.isEmpty()) {
            throw new IllegalArgumentException("kinds of nodes must be those of the training data; id=" + example.id()
                    + ", found=" + kinds.keySet());
        }
        kinds.forEach((kind, n) -> unknown.merge(kind, n, Long::sum));
        Label label = labels == null ? null : labels.read(example, new EncodedText(NONE, NONE, NONE, Map.of()));
        TokenArray rows = TokenArray.ofGraph(input);
        return new Part(((long) file << Part.FILE_SHIFT) + ordinal++, example.id(), rows, 0, -1, true, label);
    }

    /**
     * Adds all texts, and returns where the separators between them stand. With labels they must share a row, for windows of them would be pairs no more.
     */
    private int[] texts(EncodedText first, Example example, TokenArray tokens) throws DataFileException {
        List<EncodedText> all = new ArrayList<>(List.of(first));
        for (String text : example.texts().subList(1, example.texts().size())) {
            all.add(tokenizer.read(text, List.of()));
        }
        int[] lengths = all.stream().mapToInt(text -> text.ids().length).toArray();
        int room = labels == null
                ? Integer.MAX_VALUE
                : PairRoom.of(config.maxTokens(), config.framing(), tokenizer) - (lengths.length - 2);
        if (room < lengths.length) {
            throw new IllegalArgumentException("a row must have room for a token of each text; texts=" + lengths.length
                    + ", room=" + Math.max(0, room) + ", data.maxTokens=" + config.maxTokens());
        }
        boolean fits = Arrays.stream(lengths).asLongStream().sum() <= room;
        if (!fits && !config.columns().options().cutsPairs()) {
            throw new IllegalArgumentException(
                    "a pair must fit in a row (or data.columns.options.longPairs=cut); first=" + lengths[0]
                            + ", second=" + lengths[1]
                            + (lengths.length == 2
                                    ? ""
                                    : ", negatives=" + Arrays.toString(Arrays.copyOfRange(lengths, 2, lengths.length)))
                            + ", room=" + room + ", data.maxTokens=" + config.maxTokens());
        }
        cut += fits ? 0 : 1;
        int[] kept = fits ? lengths : PairRoom.kept(room, lengths);
        int separator = tokenizer.specials().separator();
        int[] separators = new int[lengths.length - 1];
        for (int i = 0; i < lengths.length; i++) {
            append(all.get(i), kept[i], example, tokens);
            if (i < separators.length) {
                separators[i] = tokens.length();
                tokens.add(separator == Specials.ABSENT ? tokenizer.eos() : separator);
            }
        }
        return separators;
    }

    private void append(EncodedText text, int count, Example example, TokenArray tokens) throws DataFileException {
        if (config.unknownIsError() && !text.unknown().isEmpty()) {
            throw new DataFileException(
                    path.toString(),
                    example.line(),
                    "a " + tokenizer.unit() + " must be in the vocabulary; found="
                            + text.unknown().keySet());
        }
        text.unknown().forEach((symbol, n) -> unknown.merge(symbol, n, Long::sum));
        for (int t = 0; t < count; t++) {
            tokens.add(text.ids()[t]);
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
        List<String> notes = new ArrayList<>();
        examples.notes().forEach(note -> notes.add(path + ": " + note));
        if (cut > 0) {
            notes.add(path + ": " + cut + " pairs did not fit in a row, and the longer text of each was cut");
        }
        return notes;
    }

    @Override
    public void close() throws IOException {
        examples.close();
    }
}
