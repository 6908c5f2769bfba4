package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.data.token.JsonTokenizer;

/**
 * What a family needs to know of a model's tokenizer.
 *
 * @param size V; a model may have more rows, which no token means
 * @param separator id of the token behind which the second text of a pair is of type 1; −1 where the tokenizer gives all tokens type 0
 */
public record Vocabulary(int size, int separator) {
    /** Returns that of a tokenizer. */
    static Vocabulary of(JsonTokenizer tokenizer) {
        return new Vocabulary(
                tokenizer.size(), tokenizer.typesTexts() ? tokenizer.specials().separator() : TokenContext.NONE);
    }
}
