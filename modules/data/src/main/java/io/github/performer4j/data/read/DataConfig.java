package io.github.performer4j.data.read;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.Patches;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.data.graph.GraphConfig;
import io.github.performer4j.data.graph.NodeKernel;
import io.github.performer4j.data.token.TokenizerKinds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How a corpus is read and cut into batches. Reads and writes as JSON by Jackson's record support.
 *
 * @param kind "protein" (FASTA), "text", a format of examples ({@link ExampleFormats}: table, json-lines, fasta, lines, folders, images-idx, images-folder), or
 *     "auto": by the file names, and where they do not tell, what {@code tokens} needs
 * @param tokens "protein", "character", "byte", "word" or "word:N" (the N most frequent of the training side), "word-punctuation" likewise, or the path of a HuggingFace {@code tokenizer.json}
 * @param framing which special tokens stand around a document
 * @param maxTokens the longest row, special tokens included; at least 8
 * @param tokensPerBatch B·T is at most this (but B is at least 1); at least 1
 * @param shuffleWindow number of rows held back for shuffling; a corpus of no more rows is shuffled uniformly; at least 1
 * @param onUnknown "mask": a symbol outside the vocabulary becomes the unknown token and is counted; "error": it is an error that names
 *     path and line
 * @param split how a held-out share is chosen where no file and no column says it ({@code splitFile}, {@code columns.split}, {@code group} or {@code time}): "auto": by clusters of
 *     similar sequences for proteins, else by whole documents; "cluster", "document", or "label": the same share of every class
 * @param splitFile a table of the sides of all documents, by their ids ({@link io.github.performer4j.data.example.SideTable}); null for none
 * @param patch side in pixels of the patches that images are cut into, each a row of floats ({@link io.github.performer4j.data.example.Patches}); 0: their pixels are tokens. Patches go
 *     with tokens {@code byte} and framing {@code both}, of which there is nothing to add to them
 * @param graph what becomes of graphs; with a kernel, the data must have them. Goes with tokens {@code byte}, which are not read, and framing {@code both}
 * @param columns what stands where in files of examples
 * @param packing whether a row of training holds several sequences side by side, which know nothing of each other, so that hardly any of it is padding; each goes with framing {@code both} or
 *     {@code start}, and not with patches or graphs. Evaluation has a sequence a row
 */
public record DataConfig(
        String kind,
        String tokens,
        Framing framing,
        int maxTokens,
        int tokensPerBatch,
        int shuffleWindow,
        String onUnknown,
        String split,
        @JsonSerialize(using = ToStringSerializer.class) Path splitFile,
        int patch,
        GraphConfig graph,
        ExampleColumns columns,
        boolean packing) {

    private static final List<String> PLAIN = List.of("auto", "protein", "text");

    /** Smallest row length. */
    public static final int MIN_TOKENS = 8;

    /** Checks every value. */
    public DataConfig {
        // the usual ones first: to look for formats of a user's own is work, and each copy of a configuration comes by
        // here
        kind = PLAIN.contains(kind) ? kind : oneOf("kind", kind, kinds());
        tokens = TokenizerKinds.written(tokens);
        onUnknown = oneOf("onUnknown", onUnknown, List.of("mask", "error"));
        split = oneOf("split", split == null ? "auto" : split, List.of("auto", "cluster", "document", "label"));
        columns = columns == null ? ExampleColumns.defaults() : columns;
        graph = graph == null ? GraphConfig.none() : graph;
        if (framing == null) {
            throw new IllegalArgumentException("framing must be both, start or packed; framing=null");
        }
        boolean documents = kind.equals("protein") || kind.equals("text");
        if (documents && !TokenizerKinds.named(tokens).reads(kind.equals("protein"))) {
            throw new IllegalArgumentException(
                    "kind protein and tokens protein go together; kind=" + kind + ", tokens=" + tokens);
        }
        if (maxTokens < MIN_TOKENS) {
            throw new IllegalArgumentException("maxTokens must be at least " + MIN_TOKENS + "; maxTokens=" + maxTokens);
        }
        if (tokensPerBatch < 1) {
            throw new IllegalArgumentException("tokensPerBatch must be positive; tokensPerBatch=" + tokensPerBatch);
        }
        if (shuffleWindow < 1) {
            throw new IllegalArgumentException("shuffleWindow must be positive; shuffleWindow=" + shuffleWindow);
        }
        if (patch < 0) {
            throw new IllegalArgumentException("patch must not be negative; patch=" + patch);
        }
        if (patch > 0 && (documents || !tokens.equals("byte") || framing != Framing.BOTH)) {
            throw new IllegalArgumentException("patches are cut from images, with tokens byte and framing both; patch="
                    + patch + ", kind=" + kind + ", tokens=" + tokens + ", framing=" + framing.written());
        }
        if (graph.given() && (documents || patch > 0 || !tokens.equals("byte") || framing != Framing.BOTH)) {
            throw new IllegalArgumentException(
                    "graphs go with tokens byte, framing both and no patches; data.graph.kernel=" + graph.kernel()
                            + ", kind=" + kind + ", tokens=" + tokens + ", framing=" + framing.written() + ", patch="
                            + patch);
        }
        if (packing && (framing == Framing.PACKED || patch > 0 || graph.given())) {
            throw new IllegalArgumentException(
                    "rows are packed of whole sequences of tokens, framed by both or start; packing=true, framing="
                            + framing.written() + ", patch=" + patch + ", graph.kernel=" + graph.kernel());
        }
        if (graph.given()) {
            NodeKernel.named(graph.kernel()).of(graph); // checks its numbers
        }
        long sides = Stream.of(columns.split(), columns.group(), columns.time(), splitFile)
                .filter(named -> named != null)
                .count();
        if (sides > 1) {
            throw new IllegalArgumentException("one column or file says what is held out; columns.split="
                    + columns.split() + ", columns.group=" + columns.group() + ", columns.time=" + columns.time()
                    + ", splitFile=" + splitFile);
        }
    }

    /** Returns the names of all kinds of data. */
    public static List<String> kinds() {
        List<String> kinds = new ArrayList<>(PLAIN);
        ExampleFormats.all().stream().map(ExampleFormat::name).forEach(kinds::add);
        return kinds;
    }

    /** Returns a value, which may come in any case, in the form in which it is written. */
    private static String oneOf(String name, String value, List<String> allowed) {
        return allowed.stream()
                .filter(known -> known.equalsIgnoreCase(value == null ? null : value.replace('_', '-')))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(name + " must be one of " + allowed + "; " + name + "=" + value));
    }

    /** Returns proteins between BOS and EOS: rows of up to 512 tokens, 4,096 tokens a batch, 32,768 rows of shuffling. */
    public static DataConfig defaults() {
        return new DataConfig(
                "auto", "protein", Framing.BOTH, 512, 4096, 32768, "mask", "auto", null, 0, null, null, false);
    }

    /** Returns whether an unknown symbol is an error. */
    public boolean unknownIsError() {
        return onUnknown.equals("error");
    }

    /** Returns a copy with another kind of data. */
    public DataConfig withKind(String value) {
        return with(copy -> copy.kind = value);
    }

    /** Returns a copy with another kind of tokens. */
    public DataConfig withTokens(String value) {
        return with(copy -> copy.tokens = value);
    }

    /** Returns a copy with another framing. */
    public DataConfig withFraming(Framing value) {
        return with(copy -> copy.framing = value);
    }

    /** Returns a copy with another longest row. */
    public DataConfig withMaxTokens(int value) {
        return with(copy -> copy.maxTokens = value);
    }

    /** Returns a copy with another batch size in tokens. */
    public DataConfig withTokensPerBatch(int value) {
        return with(copy -> copy.tokensPerBatch = value);
    }

    /** Returns a copy with another shuffling window. */
    public DataConfig withShuffleWindow(int value) {
        return with(copy -> copy.shuffleWindow = value);
    }

    /** Returns a copy with another policy for unknown symbols. */
    public DataConfig withOnUnknown(String value) {
        return with(copy -> copy.onUnknown = value);
    }

    /** Returns a copy with another rule for the held-out share. */
    public DataConfig withSplit(String value) {
        return with(copy -> copy.split = value);
    }

    /** Returns a copy with another table of sides; null for none. */
    public DataConfig withSplitFile(Path value) {
        return with(copy -> copy.splitFile = value);
    }

    /** Returns a copy whose images are cut into patches of that side; 0 for pixels as tokens. */
    public DataConfig withPatch(int value) {
        return with(copy -> copy.patch = value);
    }

    /** Returns a copy for images of one size, whatever their files are; others are refused. */
    public DataConfig withImages(ImageShape shape) {
        return withColumns(columns.withOptions(
                columns.options().withSize(shape.height(), shape.width()).withChannels(shape.channels())));
    }

    /**
     * Returns the size of the images that this configuration is for.
     *
     * @return null if it does not say
     */
    public ImageShape images() {
        ReadingOptions options = columns.options();
        return options.height() == 0 || options.channels() == 0
                ? null
                : new ImageShape(options.height(), options.width(), options.channels());
    }

    /**
     * Returns F, the floats of a row.
     *
     * @return patch²·C, or of nodes of graphs kinds and attributes; 0 if tokens are ids
     * @throws IllegalArgumentException if kinds of nodes are not known, or there are patches and the images' size is not known, or cannot be cut into them
     */
    public int rowSize() {
        if (patch > 0 && images() == null) {
            throw new IllegalArgumentException("the size of images must be known before they are cut; patch=" + patch
                    + ", columns.options.height=" + columns.options().height() + ", columns.options.channels="
                    + columns.options().channels());
        }
        return graph.given() ? graph.rowSize() : patch == 0 ? 0 : Patches.width(images(), patch);
    }

    /** Returns whether a row is of floats, as patches and nodes of graphs are, and not of token ids. */
    @JsonIgnore
    public boolean readsFloats() {
        return patch > 0 || graph.given();
    }

    /** Returns a copy with other settings of graphs. */
    public DataConfig withGraph(GraphConfig value) {
        return with(copy -> copy.graph = value);
    }

    /** Returns a copy with other columns. */
    public DataConfig withColumns(ExampleColumns value) {
        return with(copy -> copy.columns = value);
    }

    /** Returns a copy that reads no columns of hard negatives, which are of training only. */
    public DataConfig withoutNegatives() {
        return withColumns(columns.withNegatives());
    }

    /** Returns a copy whose rows of training hold several sequences, or one. */
    public DataConfig withPacking(boolean value) {
        return with(copy -> copy.packing = value);
    }

    private DataConfig with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** The values of a copy, before one of them is changed. */
    private static final class Copy {
        private String kind;
        private String tokens;
        private Framing framing;
        private int maxTokens;
        private int tokensPerBatch;
        private int shuffleWindow;
        private String onUnknown;
        private String split;
        private Path splitFile;
        private int patch;
        private GraphConfig graph;
        private ExampleColumns columns;
        private boolean packing;

        Copy(DataConfig of) {
            kind = of.kind;
            tokens = of.tokens;
            framing = of.framing;
            maxTokens = of.maxTokens;
            tokensPerBatch = of.tokensPerBatch;
            shuffleWindow = of.shuffleWindow;
            onUnknown = of.onUnknown;
            split = of.split;
            splitFile = of.splitFile;
            patch = of.patch;
            graph = of.graph;
            columns = of.columns;
            packing = of.packing;
        }

        DataConfig made() {
            return new DataConfig(
                    kind,
                    tokens,
                    framing,
                    maxTokens,
                    tokensPerBatch,
                    shuffleWindow,
                    onUnknown,
                    split,
                    splitFile,
                    patch,
                    graph,
                    columns,
                    packing);
        }
    }
}
