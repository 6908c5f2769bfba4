package io.github.performer4j.kernels.machine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses, once, between the Vector API and plain Java, the way Lucene does: by name, so that the module runs without the flag
 * {@code --add-modules jdk.incubator.vector} too, slower, and says so in one line of the log.
 *
 * <p>{@code -Dperformer4j.vector=false} chooses plain Java.
 */
public final class Simd {
    private static final Logger LOG = LoggerFactory.getLogger(Simd.class);
    private static final boolean AVAILABLE = probe();

    private Simd() {}

    /** Returns whether the Vector API is in use. */
    public static boolean available() {
        return AVAILABLE;
    }

    /**
     * Returns the implementation that is in use.
     *
     * @param type interface
     * @param plain implementation in plain Java
     * @param vector name of the class in the package {@code kernels.vector}
     */
    public static <T> T choose(Class<T> type, T plain, String vector) {
        return AVAILABLE ? type.cast(load(vector)) : plain;
    }

    /** Makes an implementation on the Vector API, whatever was chosen; fails without the flag. */
    public static Object load(String name) {
        try {
            return Class.forName("io.github.performer4j.kernels.vector." + name)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no such vector class; name=" + name, e);
        }
    }

    private static boolean probe() {
        if (!KernelProperties.vector()) {
            LOG.info("kernels in plain Java, as performer4j.vector=false asks");
            return false;
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            LOG.warn("kernels in plain Java, several times slower: start Java with --add-modules jdk.incubator.vector");
            return false;
        }
        try {
            Object probe = load("VectorProbe");
            LOG.debug("kernels on the Vector API; lanes={}", probe);
            return true;
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("kernels in plain Java, several times slower: the Vector API of this JDK does not serve", e);
            return false;
        }
    }
}
