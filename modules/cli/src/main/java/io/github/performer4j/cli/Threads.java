package io.github.performer4j.cli;

/** The rule for {@code --threads}. */
final class Threads {
    private Threads() {}

    static int checked(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1; threads=" + threads);
        }
        return threads;
    }
}
