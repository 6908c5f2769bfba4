package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.Tokenizer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which tokens a continuation may have: a set for each place that its tokens lead to. Immutable; ways are walked by several texts at once.
 *
 * <p>{@link #words}, {@link #places} and {@link #pattern} make the common ones; an application may have its own.
 */
public interface Allowed {
    /** Returns where a continuation begins. */
    Place start();

    /** What may follow the tokens so far. */
    interface Place {
        /** Returns the ids of tokens that may follow, none of them special; not to be changed. Empty where the text must end. */
        BitSet tokens();

        /** Returns whether the text may end here. */
        boolean end();

        /**
         * Goes on.
         *
         * @param token one of {@link #tokens}
         */
        Place after(int token);
    }

    /**
     * Allows one of some words, as a trie of their tokens: what begins several of them may be each.
     *
     * @param words without an order
     * @throws IllegalArgumentException if there is no word, or one without tokens or with what the vocabulary does not know
     */
    static Allowed words(Tokenizer tokenizer, List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a trie must have an end: there must be a word; words=0");
        }
        Node root = new Node();
        for (String word : words) {
            Node node = root;
            for (int id : TokenSets.spelled(tokenizer, word)) {
                node.tokens.set(id);
                node = node.next.computeIfAbsent(id, i -> new Node());
            }
            node.end = true;
        }
        return () -> root;
    }

    /**
     * Allows a set of tokens at each place, and no more places.
     *
     * @param sets symbols of each place, as {@code ACD}; {@code *} for all
     * @throws IllegalArgumentException if there is no place, or a set is empty or has what the vocabulary does not know
     */
    static Allowed places(Tokenizer tokenizer, List<String> sets) {
        List<BitSet> all = TokenSets.of(tokenizer, sets);
        return () -> new Row(all, 0);
    }

    /**
     * Allows what a regular expression matches as a whole: characters, sets as {@code [A-Z]} and {@code [^x]}, {@code . | ( ) * + ? {n,m}}, and {@code \\} in front of a sign. Of a vocabulary of words its text is
     * that of the continuation, words with a blank between them and none in front; tokens that are a part of a character, or beside which others are written without their blank, as brackets, do not come.
     *
     * @param pattern at most 1,000 characters
     * @throws IllegalArgumentException if it is no such expression, or matches nothing that the vocabulary can write
     */
    static Allowed pattern(Tokenizer tokenizer, String pattern) {
        return new PatternRule(tokenizer, pattern);
    }

    /** A node of a trie. */
    final class Node implements Place {
        private final BitSet tokens = new BitSet();
        private final Map<Integer, Node> next = new TreeMap<>();
        private boolean end;

        private Node() {}

        @Override
        public BitSet tokens() {
            return tokens;
        }

        @Override
        public boolean end() {
            return end;
        }

        @Override
        public Place after(int token) {
            return next.get(token);
        }
    }

    /** A place of a row. */
    record Row(List<BitSet> sets, int at) implements Place {
        @Override
        public BitSet tokens() {
            return at < sets.size() ? sets.get(at) : new BitSet();
        }

        @Override
        public boolean end() {
            return at == sets.size();
        }

        @Override
        public Place after(int token) {
            return new Row(sets, at + 1);
        }
    }
}
