package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.token.BpeTrainer;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerJson;
import io.github.performer4j.data.token.WordTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Small vocabularies of the kinds that do not write their tokens just one behind the other. */
final class Vocabularies {
    private Vocabularies() {}

    /** Words that stand between blanks. */
    static Tokenizer words() {
        return new WordTokenizer(List.of("it", "is", "a", "truth.", "red", "universally"));
    }

    /** Words, and punctuation that is a word of its own; a straight quote opens and closes by turns. */
    static Tokenizer punctuated() {
        try {
            return TokenizerJson.read(new ObjectMapper().readTree("""
                    {"kind": "word-punctuation", "words": ["red", "sky", ",", ".", "(", ")", "\\""]}"""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pieces of words as bytes, with their blank in front, as GPT-2 has them. */
    static JsonTokenizer bytePieces() {
        return new BpeTrainer(List.of("<|endoftext|>"))
                .add("the cat sat on the mat and the cat ran")
                .train(270, 2);
    }

    /** Pieces of words in lower case, those inside a word marked, as BERT has them. */
    static JsonTokenizer wordPieces() {
        return JsonTokenizer.of("""
                {"version": "1.0",
                 "added_tokens": [{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
                                   "normalized": false, "special": true},
                                  {"id": 6, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false,
                                   "normalized": false, "special": true}],
                 "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
                 "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
                 "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                           "max_input_chars_per_word": 100,
                           "vocab": {"[UNK]": 0, "the": 1, "cat": 2, "##s": 3, ".": 4, "##nap": 5, "[SEP]": 6}}}""");
    }

    /** Characters with a mark for a blank, the first of which is left out, and bytes for all others, as Llama has them. */
    static JsonTokenizer metaspace() {
        String bytes = IntStream.range(0, 256)
                .mapToObj(b -> String.format("\"<0x%02X>\": %d", b, b + 3))
                .collect(Collectors.joining(", "));
        return JsonTokenizer.of("""
                {"version": "1.0",
                 "added_tokens": [{"id": 2, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
                                   "normalized": false, "special": true}],
                 "normalizer": {"type": "Sequence", "normalizers": [
                     {"type": "Prepend", "prepend": "▁"},
                     {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
                 "decoder": {"type": "Sequence", "decoders": [
                     {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                     {"type": "ByteFallback"}, {"type": "Fuse"},
                     {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                 "model": {"type": "BPE", "byte_fallback": true, "fuse_unk": true, "unk_token": "<unk>",
                           "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, %s, "▁": 259, "a": 260, "b": 261, "▁a": 262},
                           "merges": ["▁ a"]}}""".formatted(bytes));
    }
}
