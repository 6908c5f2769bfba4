package io.github.performer4j.data.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A tokenizer of HuggingFace's library, from a {@code tokenizer.json}: WordPiece, BPE or Unigram, with its normaliser and decoder.
 *
 * <p>Ids, special ones included, are those of the file; so are the names of special tokens in a text, which are read as these tokens
 * wherever they stand. The file's truncation and padding are not applied. Thread-safe. Tokenizers of equal files and sizes are equal.
 */
public final class JsonTokenizer implements Tokenizer {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    static final String KIND = "json";

    /** Most bytes of a file: 256 MiB. */
    private static final int MOST_BYTES = 1 << 28;

    /** Characters of an unknown word that are reported. */
    private static final int SHOWN = 32;

    private final String json;
    private final NativeTokenizer tokenizer;
    private final String[] symbols;
    private final Specials specials;
    private final BitSet special = new BitSet();
    private final int[] replacements;
    private final boolean types;
    private final boolean begins;
    private final boolean larger;

    JsonTokenizer(JsonNode file) {
        this(file.toString(), JsonVocabulary.of(file, 0), null, false);
    }

    private JsonTokenizer(String json, JsonVocabulary vocabulary, NativeTokenizer tokenizer, boolean larger) {
        this.json = json;
        this.larger = larger;
        this.tokenizer = tokenizer == null ? new NativeTokenizer(json) : tokenizer;
        symbols = vocabulary.symbols();
        specials = vocabulary.specials();
        types = vocabulary.types() && specials.separator() != Specials.ABSENT;
        begins = vocabulary.begins();
        specials.all().forEach(special::set);
        replacements = IntStream.range(0, symbols.length)
                .filter(id -> !special.get(id))
                .toArray();
    }

    /**
     * Takes the text of a file.
     *
     * @param json the whole {@code tokenizer.json}
     * @return the tokenizer
     * @throws IllegalArgumentException if it is no such file
     */
    public static JsonTokenizer of(String json) {
        try {
            return new JsonTokenizer(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a tokenizer.json must be JSON; cause=" + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @param path a {@code tokenizer.json}, plain or gzip
     * @return the tokenizer
     * @throws IOException if it cannot be read or is no such file; one line that names it
     */
    public static JsonTokenizer read(Path path) throws IOException {
        try (InputStream in = InputFiles.open(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "a tokenizer.json must have at most " + MOST_BYTES + " bytes, unpacked");
            }
            return of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new DataFileException(path.toString(), 0, e.getMessage());
        }
    }

    /**
     * Returns the same tokenizer for a model whose table has more rows than the file has tokens, as tables of round sizes do: ids behind the file's own are of no token, and special.
     *
     * @param rows how many ids there are
     * @return this where there are as many
     * @throws IllegalArgumentException if the file has more, or so many fewer that the table cannot be of this file
     */
    public JsonTokenizer withSize(int rows) {
        if (rows == size()) {
            return this;
        }
        if (rows < size()) {
            throw new IllegalArgumentException(
                    "a vocabulary must hold all tokens; tokens=" + size() + ", size=" + rows);
        }
        try {
            return new JsonTokenizer(json, JsonVocabulary.of(MAPPER.readTree(json), rows), tokenizer, true);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tokenizer's own JSON must be readable", e);
        }
    }

    /** Returns whether there are more ids than the file has. */
    boolean larger() {
        return larger;
    }

    /** Returns the file as one line. */
    public String json() {
        return json;
    }

    /** Returns whether tokens behind the separator of two texts are of type 1, as BERT's are, and not of type 0 as all others. */
    public boolean typesTexts() {
        return types;
    }

    /** Returns whether the file itself puts a special token in front of a text. */
    public boolean beginsTexts() {
        return begins;
    }

    @Override
    public int size() {
        return symbols.length;
    }

    @Override
    public Specials specials() {
        return specials;
    }

    @Override
    public boolean special(int id) {
        return special.get(id);
    }

    /**
     * Reads text as the library does, without a byte-order mark. Words that the vocabulary does not know are reported by their first {@value
     * #SHOWN} characters.
     *
     * @throws IllegalArgumentException if the text is not Unicode, the vocabulary cannot write it, or something is masked and the file
     *     has no mask
     */
    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        JsonText given = JsonText.of(text, masks, () -> symbols[mask()]);
        NativeTokenizer.Encoding read = tokenizer.encode(given.text());
        int[] ids = read.ids();
        int[] starts = given.places(read.starts());
        int[] ends = given.places(read.ends());
        Map<String, Long> unknown = new TreeMap<>();
        for (int t = 0; t < ids.length; t++) {
            if (ids[t] == specials.unknown()) {
                String word = text.subSequence(starts[t], ends[t]).toString();
                unknown.merge(word.length() <= SHOWN ? word : word.substring(0, SHOWN) + "…", 1L, Long::sum);
            }
        }
        return new EncodedText(ids, starts, ends, unknown);
    }

    @Override
    public int[] encode(CharSequence text) {
        return tokenizer.ids(JsonText.of(text, List.of(), () -> "").text());
    }

    /** Writes tokens by the file's decoder; ids without a name are left out. */
    @Override
    public String decode(int... ids) {
        for (int id : ids) {
            SpecialTokens.check(id, size());
        }
        return tokenizer.decode(Arrays.stream(ids)
                .filter(id -> !special.get(id) || id == specials.mask() || id == specials.unknown())
                .toArray());
    }

    /** Returns the token as the file has it, such as {@code ##ing}, {@code Ġthe} or {@code ▁the}. */
    @Override
    public String symbol(int id) {
        SpecialTokens.check(id, size());
        return symbols[id] != null ? symbols[id] : "<no token " + id + ">";
    }

    @Override
    public int replacements() {
        return replacements.length;
    }

    @Override
    public int replacement(int k) {
        return replacements[k];
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonTokenizer t && json.equals(t.json) && size() == t.size();
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "JsonTokenizer[vocabulary=" + size() + "]";
    }
}
