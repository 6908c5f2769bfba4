package io.github.performer4j.checkpoint;

/**
 * Regular expressions as they are written for the automaton: what other dialects mean something else by is refused, quotes are plain characters, and a character beyond U+FFFF, which is two of the
 * automaton's, is one.
 *
 * <pre>
 * pattern = ways        ways = way ("|" way)*        way = (part ("*" | "+" | "?" | "{n,m}")*)+
 * part = character | "." | "[" set "]" | "[^" set "]" | "\" sign | "(" ways ")" | "()"
 * </pre>
 */
final class PatternSyntax {
    private static final String SURROGATES = "\uD800-\uDFFF";
    private static final String PAIR = "[\uD800-\uDBFF][\uDC00-\uDFFF]";

    private final String pattern;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private boolean open = true; // a part is expected

    private PatternSyntax(String pattern) {
        this.pattern = pattern;
    }

    /**
     * Writes a pattern for the automaton.
     *
     * @throws IllegalArgumentException if it has something else than the class says
     */
    static String read(String pattern) {
        PatternSyntax syntax = new PatternSyntax(pattern);
        while (syntax.at < pattern.length()) {
            syntax.next();
        }
        syntax.requirePart("its end");
        return syntax.out.toString();
    }

    private void next() {
        int c = pattern.codePointAt(at);
        switch (c) {
            case '\\' -> escape();
            case '[' -> set();
            case '^', '$' -> throw none(Character.toString(c));
            case '(' -> group();
            case ')', '*', '+', '?', '{' -> {
                requirePart(Character.toString(c));
                copy();
            }
            case '|' -> {
                requirePart("|");
                copy();
                open = true;
            }
            case '.' -> part("([^" + SURROGATES + "]|" + PAIR + ")", 1);
            case '"' -> part("\\\"", 1);
            default -> part(one(c), Character.charCount(c));
        }
    }

    private static String one(int c) {
        String text = Character.toString(c);
        return text.length() == 1 ? text : "(" + text + ")";
    }

    private void copy() {
        out.append(pattern.charAt(at++));
    }

    private void part(String written, int length) {
        out.append(written);
        at += length;
        open = false;
    }

    private void group() {
        if (pattern.startsWith("(?", at)) {
            throw none("(?");
        }
        if (pattern.startsWith("()", at)) {
            part("()", 2);
        } else {
            copy();
            open = true;
        }
    }

    private void escape() {
        part(pattern.substring(at, at + sign()), sign());
    }

    /** Returns the length of an escaped sign. */
    private int sign() {
        int more = at + 1 < pattern.length() ? pattern.charAt(at + 1) : 'a';
        if (Character.isLetterOrDigit(more) || Character.isSurrogate((char) more)) {
            throw none(pattern.substring(at, Math.min(pattern.length(), at + 2)));
        }
        return 2;
    }

    private void set() {
        boolean negated = pattern.startsWith("[^", at);
        int from = at + (negated ? 2 : 1);
        at = from;
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            if (Character.isSurrogate(pattern.charAt(at))) {
                throw new IllegalArgumentException("a set has characters of up to U+FFFF: write | for others");
            }
            at += pattern.charAt(at) == '\\' ? sign() : 1;
        }
        if (at >= pattern.length() || at == from) {
            throw new IllegalArgumentException("a set has a character, and ends with ]");
        }
        String members = pattern.substring(from, at);
        part(negated ? "([^" + SURROGATES + members + "]|" + PAIR + ")" : "[" + members + "]", 1);
    }

    private void requirePart(String before) {
        if (open) {
            throw new IllegalArgumentException("something must stand before " + before
                    + ": write (x)? for a way that may be empty, and \\ in front of a sign");
        }
    }

    private static IllegalArgumentException none(String what) {
        return new IllegalArgumentException("there is no " + what
                + " here: it matches the whole continuation, by characters, sets in [], . | ( ) * + ? {n,m}, and \\ in"
                + " front of a sign");
    }
}
