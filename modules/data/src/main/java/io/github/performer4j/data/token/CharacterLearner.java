package io.github.performer4j.data.token;

import java.util.BitSet;
import java.util.Optional;

/** Collects the code points of texts. */
final class CharacterLearner implements TokenizerLearner {
    private final BitSet seen = new BitSet();

    @Override
    public boolean wholeWords() {
        return false;
    }

    @Override
    public void add(CharSequence text) {
        text.codePoints().forEach(seen::set);
    }

    @Override
    public Optional<Tokenizer> learn() {
        return seen.isEmpty()
                ? Optional.empty()
                : Optional.of(new CharacterTokenizer(seen.stream().toArray()));
    }
}
