package io.github.performer4j.benchmarks;

/** Small cases; dimensions are distinct primes where heads allow it. */
final class Cases {
    private Cases() {}

    static Case of(Work work) {
        return new Case(work, AttentionKind.FAVOR, false, 2, 13, 14, 2, 5, 17, 3, 11, 29);
    }
}
