package io.github.performer4j.checkpoint;

import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.example.Patches;
import io.github.performer4j.data.graph.GraphEncoder;
import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.PairRoom;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Reads what a model is asked about, by the rules of its training. A text may have any length. A pair of texts is one
 * row {@code first SEP second} (EOS where the vocabulary has no
 * separator), and must fit the model's window: a window of its own could not see both. Immutable.
 */
public final class InputReader {
    private final Tokenizer tokenizer;
    private final DataConfig data;
    private final int window;
    private final boolean cutting;
    private final boolean whole;

    InputReader(ModelInfo info) {
        this(info.tokenizer(), info.data(), info.window(), false, info.task().readsSource());
    }

    private InputReader(Tokenizer tokenizer, DataConfig data, int window, boolean cutting, boolean whole) {
        this.tokenizer = tokenizer;
        this.data = data;
        this.window = window;
        this.cutting = cutting;
        this.whole = whole;
    }

    /**
     * Returns a reader that cuts pairs which do not fit: the longer text at its end, and both to one length where
     * either is longer than half of the room. {@link ModelInput#cut} says
     * how many tokens were left out.
     */
    public InputReader cutting() {
        return new InputReader(tokenizer, data, window, true, whole);
    }

    /**
     * Reads one text.
     *
     * @param text text or residues; may be empty, which a model then refuses
     * @throws IllegalArgumentException if the text is no single sequence of this model's kind, or a source that does not fit the model's window
     */
    public ModelInput read(String text) {
        requireTokens();
        EncodedText encoded = tokenizer.read(text, List.of());
        requireWhole(encoded.ids());
        return new ModelInput(text, encoded, encoded.ids(), false, 0, encoded.unknown());
    }

    /**
     * Reads a pair of texts.
     *
     * @throws IllegalArgumentException if the pair does not fit and is not to be cut, with its length and the room; or
     *     a text is no single sequence of this model's kind
     */
    public ModelInput read(String first, String second) {
        requireTokens();
        EncodedText a = tokenizer.read(first, List.of());
        EncodedText b = tokenizer.read(second, List.of());
        int room = PairRoom.of(window, data.framing(), tokenizer);
        int total = a.ids().length + b.ids().length;
        if (total > room && !cutting) {
            throw new IllegalArgumentException("a pair must fit the model's window; first=" + a.ids().length
                    + ", second=" + b.ids().length + ", room=" + room + ", window=" + window);
        }
        if (total > room && room < 2) {
            throw new IllegalArgumentException(
                    "the model's window must have room for a token of each text; room=" + room + ", window=" + window);
        }
        int keptFirst = PairRoom.kept(a.ids().length, b.ids().length, room);
        int keptSecond = Math.min(b.ids().length, Math.max(0, room - keptFirst));
        Map<String, Long> unknown = new TreeMap<>(a.unknown());
        b.unknown().forEach((symbol, n) -> unknown.merge(symbol, n, Long::sum));
        EncodedText kept = start(a, keptFirst);
        return new ModelInput(
                first, kept, joined(kept.ids(), b.ids(), keptSecond), true, total - keptFirst - keptSecond, unknown);
    }

    /**
     * Reads a graph.
     *
     * @param graph nodes with kinds and attributes as in training; kinds that were not there are counted as unknown, and seen as no kind
     * @throws IllegalArgumentException if the model reads no graphs, or nodes have other attributes
     */
    public ModelInput graph(ExampleGraph graph) {
        if (!data.graph().given()) {
            throw new IllegalArgumentException("the model reads no graphs; data.graph.kernel=none");
        }
        Map<String, Long> unknown = new TreeMap<>();
        GraphInput input = new GraphEncoder(data.graph()).encode(graph, unknown);
        List<String> names =
                IntStream.range(0, graph.nodes()).mapToObj(graph::name).toList();
        return new ModelInput(null, ModelInput.NO_TEXT, new int[0], input, names, false, 0, unknown);
    }

    /**
     * Takes what a stream of documents has read by this model's configuration, as it is: tokens, the values of an image in patches, or a graph, whose nodes have no names.
     *
     * @param document of a corpus of this model's tokenizer and data
     * @throws IllegalArgumentException if it is a graph and the model reads none, or the other way round, or a source that does not fit the model's window
     */
    public ModelInput document(Document document) {
        if ((document.graph() != null) != data.graph().given()) {
            throw new IllegalArgumentException(
                    "a document must be what the model reads; graph=" + (document.graph() != null)
                            + ", data.graph.kernel=" + data.graph().kernel());
        }
        if (document.graph() == null && data.patch() == 0) {
            return tokens(document.tokens());
        }
        if (data.patch() > 0 && document.tokens().length != (long) document.length() * data.rowSize()) {
            requireTokens(); // a text is no image
        }
        return new ModelInput(
                null, ModelInput.NO_TEXT, document.tokens(), document.graph(), List.of(), false, 0, Map.of());
    }

    private void requireTokens() {
        if (data.graph().given()) {
            throw new IllegalArgumentException(
                    "the model reads graphs; data.graph.kernel=" + data.graph().kernel());
        }
        if (data.patch() > 0) {
            throw new IllegalArgumentException("the model reads images, by their symbols; data.patch=" + data.patch()
                    + ", image=" + data.images());
        }
    }

    private static EncodedText start(EncodedText text, int tokens) {
        return tokens == text.ids().length
                ? text
                : new EncodedText(
                        Arrays.copyOf(text.ids(), tokens),
                        Arrays.copyOf(text.starts(), tokens),
                        Arrays.copyOf(text.ends(), tokens),
                        text.unknown());
    }

    private int[] joined(int[] first, int[] second, int tokens) {
        int separator = tokenizer.specials().separator();
        int[] ids = Arrays.copyOf(first, first.length + 1 + tokens);
        ids[first.length] = separator == Specials.ABSENT ? tokenizer.eos() : separator;
        System.arraycopy(second, 0, ids, first.length + 1, tokens);
        return ids;
    }

    /** A source is read whole or not at all. */
    private void requireWhole(int... ids) {
        int framed = whole ? data.framing().frame(tokenizer, ids).length : 0;
        if (framed > window) {
            throw new IllegalArgumentException("a source is one text that fits the model's window, its frame included;"
                    + " tokens=" + framed + ", window=" + window);
        }
    }

    /**
     * Takes tokens as they are, such as those of a document that was read elsewhere.
     *
     * @param ids [T] token ids without special tokens
     * @throws IllegalArgumentException if they are a source that does not fit the model's window
     */
    public ModelInput tokens(int... ids) {
        requireTokens();
        requireWhole(ids);
        int[] places = new int[ids.length];
        int[] ends = new int[ids.length];
        Arrays.setAll(places, i -> i);
        Arrays.setAll(ends, i -> i + 1);
        return new ModelInput(null, new EncodedText(ids, places, ends, Map.of()), ids, false, 0, Map.of());
    }

    /**
     * Reads the pixels of an image, or other symbols from 0 to 255.
     *
     * @param symbols [T] in raster order; for a model of patches [H·W·C] of an image of the model's size
     * @throws IllegalArgumentException if the model does not read bytes, or reads patches and the image has another size
     */
    public ModelInput symbols(int... symbols) {
        if (data.patch() > 0) {
            int[] values = Patches.arrange(symbols, data.images(), data.patch());
            return new ModelInput(null, ModelInput.NO_TEXT, values, false, 0, Map.of());
        }
        if (!(tokenizer instanceof ByteTokenizer)) {
            throw new IllegalArgumentException(
                    "pixels are read as bytes (data.tokens=byte); tokenizer=" + tokenizer.kind());
        }
        return tokens(Arrays.stream(symbols)
                .map(symbol -> Specials.FIRST_SYMBOL + symbol)
                .toArray());
    }
}
