package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.text.TextStretches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One token per word, as it is written, case included. Words have ids 5, 6, … in the order of the vocabulary; all others are unknown. There are two kinds:
 *
 * <pre>
 * word              a word is what stands between blanks, punctuation included: for text that is already cut into words, as tagged corpora and ListOps are
 * word-punctuation  punctuation is a word of its own: {@code approved,} is {@code approved} and {@code ,}; numbers, hyphens and apostrophes stay whole
 * </pre>
 *
 * <p>Text as people write it has too many words for either; byte-level BPE ({@link BpeTrainer}) knows no unknown ones.
 */
public final class WordTokenizer implements OwnTokens {
    /** Words of a vocabulary that is learnt, unless a configuration says how many. */
    public static final int DEFAULT_LIMIT = 30_000;

    /** Most words of a vocabulary. */
    public static final int MAX_WORDS = 1_000_000;

    private final List<String> words;
    private final Map<String, Integer> ids;
    private final WordCut cut;

    /**
     * Builds the tokenizer of a list of words that stand between blanks.
     *
     * @param words word i has id {@code Specials.FIRST_SYMBOL + i}
     * @throws IllegalArgumentException if there is none, more than {@link #MAX_WORDS}, or one that is empty, holds a blank or was there before
     */
    public WordTokenizer(List<String> words) {
        this(words, WordCut.BLANKS);
    }

    WordTokenizer(List<String> words, WordCut cut) {
        this.cut = cut;
        this.words = List.copyOf(words);
        if (words.isEmpty() || words.size() > MAX_WORDS) {
            throw new IllegalArgumentException(
                    "a word vocabulary must hold 1 to " + MAX_WORDS + " words; found=" + words.size());
        }
        ids = new HashMap<>();
        for (String word : this.words) {
            boolean one = !word.isEmpty() && word.chars().noneMatch(TextStretches::blank);
            if (one && cut.end(word, 0) < word.length()) {
                throw new IllegalArgumentException(
                        "punctuation is a word of its own; place=" + ids.size() + ", word='" + word + "'");
            }
            if (!one || ids.putIfAbsent(word, Specials.FIRST_SYMBOL + ids.size()) != null) {
                throw new IllegalArgumentException("words must be different, and hold characters but no blanks; place="
                        + ids.size() + ", word='" + word + "'");
            }
        }
    }

    /** Returns the words; element i has id {@code Specials.FIRST_SYMBOL + i}. */
    public List<String> words() {
        return words;
    }

    @Override
    public int size() {
        return Specials.FIRST_SYMBOL + words.size();
    }

    /** Reads text word by word; a mask is looked for where a word begins. A byte-order mark at the start belongs to no word. */
    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        TextEncoder encoder = new TextEncoder(this, text, masks);
        int i = text.length() > 0 && text.charAt(0) == '\uFEFF' ? 1 : 0;
        while (i < text.length()) {
            int mask = encoder.maskAt(i);
            if (mask > 0) {
                encoder.add(mask(), i, i + mask);
                i += mask;
            } else if (TextStretches.blank(text.charAt(i))) {
                i++;
            } else {
                int end = cut.end(text, i);
                String word = text.subSequence(i, end).toString();
                int id = ids.getOrDefault(word, unknown());
                if (id == unknown()) {
                    encoder.addUnknown(word, i);
                } else {
                    encoder.add(id, i, end);
                }
                i = end;
            }
        }
        return encoder.result();
    }

    /** Writes words with one blank between them, but for punctuation that is a word of its own, which stands where it is usual; what blanks there were is not kept. */
    @Override
    public String decode(int... tokens) {
        List<String> written = new ArrayList<>();
        for (int id : tokens) {
            SpecialTokens.check(id, size());
            String word = special(id) ? SpecialTokens.decoded(id) : words.get(id - Specials.FIRST_SYMBOL);
            if (!word.isEmpty()) {
                written.add(word);
            }
        }
        return cut.join(written);
    }

    /** Returns the last tokens, behind a quote if one is open among those before them. */
    @Override
    public int[] tail(int count, int... tokens) {
        int[] last = OwnTokens.super.tail(count, tokens);
        Integer quote = cut == WordCut.PUNCTUATION ? ids.get(WordCut.TURNS) : null;
        if (quote == null) {
            return last;
        }
        long before = Arrays.stream(tokens, 0, tokens.length - last.length)
                .filter(id -> id == quote)
                .count();
        return before % 2 == 0
                ? last
                : IntStream.concat(IntStream.of(quote), IntStream.of(last)).toArray();
    }

    @Override
    public String symbol(int id) {
        SpecialTokens.check(id, size());
        return special(id) ? SpecialTokens.name(id) : words.get(id - Specials.FIRST_SYMBOL);
    }

    @Override
    public String unit() {
        return "word";
    }

    @Override
    public String kind() {
        return Kind.name(cut);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WordTokenizer t && words.equals(t.words) && cut == t.cut;
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    @Override
    public String toString() {
        return "WordTokenizer[kind=" + kind() + ", words=" + words.size() + "]";
    }

    /**
     * The most frequent words of the corpus: {@code word} or {@code word-punctuation} for {@value WordTokenizer#DEFAULT_LIMIT} at most, {@code word:N} or {@code word-punctuation:N} for N; saved as {@code {"kind":
     * "word", "words": [the, …]}}.
     */
    public static final class Kind implements TokenizerKind {
        private final String name;
        private final WordCut cut;
        private final Pattern written;

        Kind(WordCut cut) {
            this.cut = cut;
            name = name(cut);
            written = Pattern.compile("(?i)" + name + "(?::(\\d{1,9}))?");
        }

        private static String name(WordCut cut) {
            return cut == WordCut.BLANKS ? "word" : "word-punctuation";
        }

        @Override
        public String kind() {
            return name;
        }

        @Override
        public boolean reads(boolean protein) {
            return !protein;
        }

        @Override
        public String usage() {
            return name + "[:N]";
        }

        @Override
        public Optional<String> named(String tokens) {
            return limit(tokens).map(n -> tokens.length() == name.length() ? name : name + ":" + n);
        }

        private Optional<Integer> limit(String tokens) {
            Matcher found = written.matcher(tokens);
            if (!found.matches()) {
                return Optional.empty();
            }
            int limit = found.group(1) == null ? DEFAULT_LIMIT : Integer.parseInt(found.group(1));
            if (limit < 1 || limit > MAX_WORDS) {
                throw new IllegalArgumentException(
                        "a word vocabulary must hold 1 to " + MAX_WORDS + " words; tokens=" + tokens);
            }
            return Optional.of(limit);
        }

        @Override
        public Optional<Tokenizer> open(String tokens) {
            return Optional.empty();
        }

        @Override
        public TokenizerLearner learner(String tokens) {
            return new WordLearner(limit(tokens).orElseThrow(), cut);
        }

        @Override
        public void write(Tokenizer tokenizer, ObjectNode node) {
            ArrayNode list = node.putArray("words");
            ((WordTokenizer) tokenizer).words.forEach(list::add);
        }

        @Override
        public Tokenizer read(JsonNode node) {
            List<String> words = new ArrayList<>();
            node.path("words").forEach(word -> words.add(word.asText()));
            return new WordTokenizer(words, cut);
        }
    }
}
