package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A kind of one's own: this class and a line in META-INF/services. Digits are their own ids, PAD is 11, MASK 12, and 10 is special without
 * a part; there is no BOS, no EOS and nothing unknown: other characters are passed over.
 */
public final class DigitTokenizer implements Tokenizer {
    private static final Specials SPECIAL = new Specials(11, 12, -1, -1, -1, -1, Set.of(10));

    @Override
    public int size() {
        return 13;
    }

    @Override
    public Specials specials() {
        return SPECIAL;
    }

    @Override
    public EncodedText read(CharSequence text, List<String> masks) {
        int[] places = IntStream.range(0, text.length())
                .filter(i -> Character.isDigit(text.charAt(i)))
                .toArray();
        int[] ids = IntStream.of(places).map(i -> text.charAt(i) - '0').toArray();
        return new EncodedText(ids, places, IntStream.of(places).map(i -> i + 1).toArray(), Map.of());
    }

    @Override
    public String decode(int... ids) {
        StringBuilder text = new StringBuilder();
        IntStream.of(ids).filter(id -> id < 10).forEach(text::append);
        return text.toString();
    }

    @Override
    public String symbol(int id) {
        return Integer.toString(id);
    }

    @Override
    public int replacements() {
        return 10;
    }

    @Override
    public int replacement(int k) {
        return k;
    }

    @Override
    public String kind() {
        return "digit";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DigitTokenizer;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    /** The kind. */
    public static final class Kind implements TokenizerKind {
        @Override
        public String kind() {
            return "digit";
        }

        @Override
        public Optional<Tokenizer> open(String tokens) {
            return Optional.of(new DigitTokenizer());
        }

        @Override
        public void write(Tokenizer tokenizer, ObjectNode node) {
            node.put("digits", 10);
        }

        @Override
        public Tokenizer read(JsonNode node) {
            return new DigitTokenizer();
        }
    }
}
