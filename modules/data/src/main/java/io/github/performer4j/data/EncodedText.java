package io.github.performer4j.data;

import java.util.Map;

/**
 * A text as a tokenizer reads it.
 *
 * @param ids [T] token ids without start and end
 * @param unknown what the text holds and the vocabulary does not, symbol → count, in the order of the symbols; each of
 *     them is {@link Tokenizer#unknown()} among the ids. Empty if all was known
 */
public record EncodedText(int[] ids, Map<String, Long> unknown) {}
