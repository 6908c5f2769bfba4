package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;

/** Tells what kind of tokens examples are best read by, from the first of them: bytes for pixels, and for graphs, which have no tokens, residues where nearly all characters are upper-case residues, else characters. */
final class TokenGuess {
    private static final int EXAMPLES = 100;
    private static final double SHARE = 0.99;

    private TokenGuess() {}

    static String of(CorpusExamples examples) throws IOException {
        ProteinTokenizer protein = new ProteinTokenizer();
        long residues = 0;
        long characters = 0;
        Example example = examples.next();
        for (int i = 0; i < EXAMPLES && example != null; i++, example = examples.next()) {
            if (example.symbols() != null || example.graph() != null) {
                return "byte";
            }
            String text = example.texts().get(0);
            characters += text.length();
            for (int c : text.chars().toArray()) {
                residues += Character.isUpperCase(c) && !protein.special(protein.id(c)) ? 1 : 0;
            }
        }
        return characters > 0 && residues >= SHARE * characters ? "protein" : "character";
    }
}
