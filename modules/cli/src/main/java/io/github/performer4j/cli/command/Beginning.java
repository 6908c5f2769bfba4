package io.github.performer4j.cli.command;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;

/**
 * The beginning of a text.
 *
 * @param typed as the user gives it
 * @param read as the model reads it
 * @param shown as tokens are written, so that the continuation stands behind it as in any text: without a second blank
 *     between words, and residues in upper case. With special tokens, which are not written as they are read, and unknown ones as it is typed
 */
record Beginning(String typed, EncodedText read, String shown) {
    /**
     * Reads a beginning.
     *
     * @throws IllegalArgumentException if it is nothing that the model reads
     */
    static Beginning of(PerformerModel model, String typed) {
        EncodedText read = model.read(typed);
        Tokenizer tokenizer = model.info().tokenizer();
        boolean plain = Arrays.stream(read.ids()).noneMatch(tokenizer::special);
        return new Beginning(typed, read, plain ? tokenizer.decode(read.ids()) : typed);
    }
}
