package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/** The project's own kinds, a token for each symbol. */
enum OwnKind implements TokenizerKind {
    /** Saved as {@code {"kind": "protein", "symbols": "ACD…"}}; the residues are checked on reading. */
    PROTEIN {
        @Override
        public Optional<Tokenizer> open(String tokens) {
            return Optional.of(new ProteinTokenizer());
        }

        @Override
        public void write(Tokenizer tokenizer, ObjectNode node) {
            node.put(SYMBOLS, ProteinTokenizer.RESIDUES);
        }

        @Override
        public Tokenizer read(JsonNode node) {
            String symbols = node.path(SYMBOLS).asText();
            if (!symbols.equals(ProteinTokenizer.RESIDUES)) {
                throw new IllegalArgumentException(
                        "protein tokenizer must have the residues " + ProteinTokenizer.RESIDUES + "; found=" + symbols);
            }
            return new ProteinTokenizer();
        }
    },
    /** The alphabet of the corpus; saved as {@code {"kind": "character", "symbols": [97, …]}}, ascending code points. */
    CHARACTER {
        @Override
        public Optional<Tokenizer> open(String tokens) {
            return Optional.empty();
        }

        @Override
        public TokenizerLearner learner(String tokens) {
            return new CharacterLearner();
        }

        @Override
        public void write(Tokenizer tokenizer, ObjectNode node) {
            ArrayNode symbols = node.putArray(SYMBOLS);
            for (int codePoint : ((CharacterTokenizer) tokenizer).codePoints()) {
                symbols.add(codePoint);
            }
        }

        @Override
        public Tokenizer read(JsonNode node) {
            JsonNode symbols = node.path(SYMBOLS);
            int[] codePoints = new int[symbols.size()];
            for (int i = 0; i < codePoints.length; i++) {
                codePoints[i] = symbols.get(i).asInt(-1);
            }
            return new CharacterTokenizer(codePoints);
        }
    },
    /** Saved as {@code {"kind": "byte"}}. */
    BYTE {
        @Override
        public Optional<Tokenizer> open(String tokens) {
            return Optional.of(new ByteTokenizer());
        }

        @Override
        public void write(Tokenizer tokenizer, ObjectNode node) {
            // the kind says it all
        }

        @Override
        public Tokenizer read(JsonNode node) {
            return new ByteTokenizer();
        }
    };

    private static final String SYMBOLS = "symbols";

    @Override
    public boolean reads(boolean protein) {
        return protein == (this == PROTEIN);
    }

    @Override
    public String kind() {
        return name().toLowerCase(Locale.ROOT);
    }
}
