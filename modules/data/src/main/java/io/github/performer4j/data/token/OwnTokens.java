package io.github.performer4j.data.token;

/** A tokenizer of ours: {@link Specials#OWN} come first, and symbols have the ids from {@link Specials#FIRST_SYMBOL} on. */
interface OwnTokens extends Tokenizer {

    @Override
    default Specials specials() {
        return Specials.OWN;
    }

    @Override
    default boolean special(int id) {
        return id < Specials.FIRST_SYMBOL;
    }

    /** {@inheritDoc} All symbols, unless a tokenizer says otherwise. */
    @Override
    default int replacements() {
        return size() - Specials.FIRST_SYMBOL;
    }

    @Override
    default int replacement(int k) {
        return Specials.FIRST_SYMBOL + k;
    }
}
