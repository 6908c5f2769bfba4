package io.github.performer4j.cli.options;

import io.github.performer4j.kernels.machine.KernelProperties;

/** The rule for {@code --threads}. */
public final class Threads {
    private Threads() {}

    /**
     * Returns a number of threads that there may be.
     *
     * @throws IllegalArgumentException if there may not
     */
    public static int checked(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1; threads=" + threads);
        }
        if (threads > KernelProperties.MOST_THREADS) {
            throw new IllegalArgumentException(
                    "threads must be at most " + KernelProperties.MOST_THREADS + "; threads=" + threads);
        }
        return threads;
    }
}
