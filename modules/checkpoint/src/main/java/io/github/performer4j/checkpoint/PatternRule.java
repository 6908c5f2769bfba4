package io.github.performer4j.checkpoint;

import dk.brics.automaton.RegExp;
import dk.brics.automaton.RunAutomaton;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Continuations that a regular expression matches as a whole: a place is a state of its deterministic automaton, which a token leads on by all its characters at once.
 *
 * <p>A token may follow if the end of the pattern can be reached behind it by tokens of this vocabulary. So a text never stands where nothing may follow; all states are looked at once, states × vocabulary × characters of a token.
 */
final class PatternRule implements Allowed {
    private static final int MAX_CHARACTERS = 1000;

    private final RunAutomaton automaton;
    private final String[] later;
    private final Place start;
    private final Map<Integer, BitSet> next = new TreeMap<>();
    private final Map<Integer, BitSet> tokens = new TreeMap<>();

    PatternRule(Tokenizer tokenizer, String pattern) {
        automaton = automaton(pattern);
        String[] first = new String[tokenizer.size()];
        later = new String[tokenizer.size()];
        pieces(tokenizer, first);
        int initial = automaton.getInitialState();
        BitSet begin = new BitSet();
        step(first, initial, begin);
        explore(begin);
        BitSet good = good();
        for (int state : next.keySet()) {
            tokens.put(state, leading(later, state, good));
        }
        BitSet begins = leading(first, initial, good);
        if (begins.isEmpty()) {
            throw new IllegalArgumentException(
                    "a pattern must match something that the model can write; pattern=" + pattern);
        }
        start = new State(initial, begins, first);
    }

    @Override
    public Place start() {
        return start;
    }

    private static RunAutomaton automaton(String pattern) {
        if (pattern.isEmpty() || pattern.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a pattern has from 1 to " + MAX_CHARACTERS + " characters; characters=" + pattern.length());
        }
        try {
            return new RunAutomaton(new RegExp(PatternSyntax.read(pattern), RegExp.NONE).toAutomaton());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a pattern is a regular expression; pattern=" + pattern + ": " + e.getMessage(), e);
        }
    }

    /** Finds what each token writes, at the beginning and behind another token; null for special ones, for parts of a character, and for those beside which other tokens are written otherwise. */
    private void pieces(Tokenizer tokenizer, String[] first) {
        for (int id = 0; id < first.length; id++) {
            String alone = tokenizer.special(id) ? "" : tokenizer.decode(id);
            first[id] = whole(alone) ? alone : null;
        }
        int before = neighbour(tokenizer, first);
        String text = before < 0 ? "" : first[before];
        String more = before < 0 ? "" : behind(tokenizer, before);
        for (int id = 0; id < later.length && before >= 0; id++) {
            String both = first[id] == null ? "" : tokenizer.decode(before, id);
            String piece = both.startsWith(text) ? both.substring(text.length()) : "";
            boolean plain = whole(piece) && tokenizer.decode(before, id, before).equals(both + more);
            later[id] = plain ? piece : null;
            first[id] = plain && tokenizer.decode(id, before).equals(first[id] + more) ? first[id] : null;
        }
    }

    /** Returns a token to see others behind: one that writes a blank between itself and itself, as all words do but for brackets, or else any; −1 if there is none. */
    private static int neighbour(Tokenizer tokenizer, String... first) {
        int any = -1;
        for (int id = 0; id < first.length; id++) {
            String behind = first[id] == null ? "" : behind(tokenizer, id);
            if (whole(behind) && !behind.equals(first[id])) {
                return id;
            }
            any = any < 0 && whole(behind) ? id : any;
        }
        return any;
    }

    /** Returns what a token writes behind itself; nothing if that is not always the same. */
    private static String behind(Tokenizer tokenizer, int id) {
        String alone = tokenizer.decode(id);
        String twice = tokenizer.decode(id, id);
        String behind = twice.startsWith(alone) ? twice.substring(alone.length()) : "";
        return tokenizer.decode(id, id, id).equals(twice + behind) ? behind : "";
    }

    private static boolean whole(String text) {
        return !text.isEmpty() && text.indexOf('\uFFFD') < 0;
    }

    private int step(int state, String piece) {
        int at = state;
        for (int i = 0; i < piece.length() && at >= 0; i++) {
            at = automaton.step(at, piece.charAt(i));
        }
        return at;
    }

    private void step(String[] pieces, int state, BitSet reached) {
        for (String piece : pieces) {
            int to = piece == null ? -1 : step(state, piece);
            if (to >= 0) {
                reached.set(to);
            }
        }
    }

    /** Finds all states that tokens reach, and which lead to which. */
    private void explore(BitSet begin) {
        Deque<Integer> open = new ArrayDeque<>(begin.stream().boxed().toList());
        while (!open.isEmpty()) {
            int state = open.pop();
            if (!next.containsKey(state)) {
                BitSet reached = new BitSet();
                step(later, state, reached);
                next.put(state, reached);
                reached.stream().forEach(open::push);
            }
        }
    }

    /** Returns the states from which tokens lead to an end. */
    private BitSet good() {
        BitSet good = new BitSet();
        next.keySet().stream().filter(automaton::isAccept).forEach(good::set);
        for (int before = -1; before != good.cardinality(); ) {
            before = good.cardinality();
            next.forEach((state, reached) -> {
                if (reached.intersects(good)) {
                    good.set(state);
                }
            });
        }
        return good;
    }

    private BitSet leading(String[] pieces, int state, BitSet good) {
        BitSet ids = new BitSet();
        for (int id = 0; id < pieces.length; id++) {
            int to = pieces[id] == null ? -1 : step(state, pieces[id]);
            ids.set(id, to >= 0 && good.get(to));
        }
        return ids;
    }

    /** A state of the automaton, and what its tokens write. */
    private final class State implements Place {
        private final int state;
        private final BitSet tokens;
        private final String[] pieces;

        private State(int state, BitSet tokens, String[] pieces) {
            this.state = state;
            this.tokens = tokens;
            this.pieces = pieces;
        }

        @Override
        public BitSet tokens() {
            return tokens;
        }

        @Override
        public boolean end() {
            return automaton.isAccept(state);
        }

        @Override
        public Place after(int token) {
            int to = step(state, pieces[token]);
            return new State(to, PatternRule.this.tokens.get(to), later);
        }
    }
}
