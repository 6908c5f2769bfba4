package io.github.performer4j.kernels.machine;

/**
 * The properties of the process that steer the kernels, each with its rule; a bad value is refused, never passed over.
 */
public final class KernelProperties {
    /** Threads of the shared kernels: {@code -Dperformer4j.threads=N}. */
    public static final String THREADS = "performer4j.threads";

    /** Whether the Vector API may be used: {@code -Dperformer4j.vector=true|false}. */
    public static final String VECTOR = "performer4j.vector";

    /** What multiplies matrices: {@code -Dperformer4j.products=onednn|openblas}. */
    public static final String PRODUCTS = "performer4j.products";

    /** In what layers' products are: {@code -Dperformer4j.precision=float32|bfloat16|bfloat16x3}. */
    public static final String PRECISION = "performer4j.precision";

    /** A library of products. */
    public enum Library {
        ONEDNN,
        OPENBLAS
    }

    /** Most threads: more than any machine has processors, and fewer than would fill its memory with stacks. */
    public static final int MOST_THREADS = 1024;

    private KernelProperties() {}

    /**
     * Returns the threads asked for, by default one for each processor.
     *
     * @throws IllegalArgumentException if the value is no number from 1 to {@link #MOST_THREADS}
     */
    public static int threads() {
        String value = System.getProperty(THREADS);
        if (value == null) {
            return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        }
        int threads;
        try {
            threads = Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            threads = 0;
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    THREADS + " must be a number from 1 to " + MOST_THREADS + "; " + THREADS + "=" + value);
        }
        return threads;
    }

    /**
     * Returns whether the Vector API may be used; by default it may.
     *
     * @throws IllegalArgumentException if the value is neither true nor false
     */
    public static boolean vector() {
        String value = System.getProperty(VECTOR, "true").strip();
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(VECTOR + " must be true or false; " + VECTOR + "=" + value);
        }
        return Boolean.parseBoolean(value);
    }

    /**
     * Returns the library of products asked for; null, the default, for the best that can be had.
     *
     * @throws IllegalArgumentException if the value names none
     */
    public static Library products() {
        String value = System.getProperty(PRODUCTS);
        if (value == null) {
            return null;
        }
        for (Library library : Library.values()) {
            if (library.name().equalsIgnoreCase(value.strip())) {
                return library;
            }
        }
        throw new IllegalArgumentException(PRODUCTS + " must be onednn or openblas; " + PRODUCTS + "=" + value);
    }

    /**
     * Returns the precision of layers' products; float32 by default.
     *
     * @throws IllegalArgumentException if the value names none
     */
    public static Precision precision() {
        String value = System.getProperty(PRECISION);
        if (value == null) {
            return Precision.FLOAT32;
        }
        for (Precision precision : Precision.values()) {
            if (precision.name().equalsIgnoreCase(value.strip())) {
                return precision;
            }
        }
        throw new IllegalArgumentException(
                PRECISION + " must be float32, bfloat16 or bfloat16x3; " + PRECISION + "=" + value);
    }
}
