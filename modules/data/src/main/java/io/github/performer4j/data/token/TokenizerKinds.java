package io.github.performer4j.data.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The kinds of tokenizers there are: the project's own, and those that a {@link ServiceLoader} finds. */
public final class TokenizerKinds {
    private static final List<TokenizerKind> KINDS = kinds();

    private TokenizerKinds() {}

    private static List<TokenizerKind> kinds() {
        List<TokenizerKind> kinds = new ArrayList<>(List.of(OwnKind.values()));
        for (WordCut cut : WordCut.values()) {
            kinds.add(new WordTokenizer.Kind(cut));
        }
        kinds.add(new JsonKind());
        ServiceLoader.load(TokenizerKind.class, TokenizerKind.class.getClassLoader())
                .forEach(kinds::add);
        return List.copyOf(kinds);
    }

    /**
     * Finds a kind by its name.
     *
     * @param name as {@link Tokenizer#kind()} has it
     * @return the kind
     * @throws IllegalArgumentException if there is none
     */
    public static TokenizerKind of(String name) {
        return KINDS.stream()
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("tokenizer kind must be one of "
                        + KINDS.stream().map(TokenizerKind::kind).toList() + "; found=" + name));
    }

    /**
     * Finds the kind that a configuration names.
     *
     * @param tokens a name in any case, or the path of a file
     * @return the kind
     * @throws IllegalArgumentException if it names none
     */
    public static TokenizerKind named(String tokens) {
        return KINDS.stream()
                .filter(kind -> tokens != null && kind.named(tokens).isPresent())
                .findFirst()
                .orElseThrow(() -> unknown(tokens));
    }

    /**
     * Returns what a configuration holds for what a user wrote.
     *
     * @param tokens a name in any case, or the path of a file
     * @return the name as the kind has it, or the path
     * @throws IllegalArgumentException if it names no kind
     */
    public static String written(String tokens) {
        Optional<String> written = named(tokens).named(tokens);
        return written.orElseThrow(() -> unknown(tokens));
    }

    private static IllegalArgumentException unknown(String tokens) {
        return new IllegalArgumentException("tokens must be one of "
                + KINDS.stream().map(TokenizerKind::usage).toList() + "; tokens=" + tokens);
    }
}
