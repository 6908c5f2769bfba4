package io.github.performer4j.benchmarks;

/** How tokens attend to each other. */
public enum AttentionKind {
    /** Positive random features (FAVOR+), linear in T. */
    FAVOR("favor+"),
    /** Softmax, quadratic in T. */
    EXACT("exact");

    private final String label;

    AttentionKind(String label) {
        this.label = label;
    }

    /** Returns the name in options, tables and JSON. */
    public String label() {
        return label;
    }

    /**
     * Finds a kind by its {@link #label}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static AttentionKind named(String name) {
        for (AttentionKind kind : values()) {
            if (kind.label.equalsIgnoreCase(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown attention; attention=" + name + ", known=favor+, exact");
    }
}
