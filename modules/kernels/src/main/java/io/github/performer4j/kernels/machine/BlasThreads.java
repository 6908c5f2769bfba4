package io.github.performer4j.kernels.machine;

import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenBLAS's number of threads: a setting of the process, which is 1 from the first {@link #begin} to the last {@link
 * #end}, and what it was afterwards: callers on any thread, who pair the two. Whoever multiplies by OpenBLAS at the
 * same time, ND4J too, has one thread as long.
 *
 * <p>A BLAS that is no OpenBLAS, put in its place by {@code org.bytedeco.openblas.load}, does not tell its number, and
 * keeps one thread.
 */
public final class BlasThreads {
    private static final Logger LOG = LoggerFactory.getLogger(BlasThreads.class);
    private static final int UNKNOWN = -1;

    private static NativeLibrary library; // null for a BLAS that is no OpenBLAS
    private static boolean bound;
    private static int users;
    private static int before;
    private static boolean told;

    private BlasThreads() {}

    /** Makes the number 1. */
    public static synchronized void begin() {
        if (users++ > 0) {
            return;
        }
        before = number();
        if (before == 1) {
            return;
        }
        if (!told) {
            told = true;
            LOG.info(
                    "OpenBLAS has one number of threads for the whole process: it is 1 while kernels compute; else={}",
                    before == UNKNOWN ? "1 as well, because this BLAS does not tell what it was" : before);
        }
        set(1);
    }

    /** Sets the number back, at the last call. */
    public static synchronized void end() {
        if (--users == 0 && before != 1) {
            set(before);
        }
    }

    /** Returns the number; -1 if the library does not tell. */
    public static synchronized int number() {
        Function get = function("openblas_get_num_threads");
        return get == null ? UNKNOWN : get.invokeInt(new Object[0]);
    }

    /**
     * Returns the name of the kernels that OpenBLAS has chosen, such as {@code Cooperlake}; null if it is no OpenBLAS.
     */
    public static synchronized String core() {
        Function name = function("openblas_get_corename");
        return name == null ? null : name.invokeString(new Object[0], false);
    }

    private static void set(int threads) {
        if (threads == UNKNOWN) {
            return;
        }
        Function set = function("openblas_set_num_threads");
        if (set == null) {
            blas_set_num_threads(threads);
        } else {
            set.invokeVoid(new Object[] {threads});
        }
    }

    /** Returns a function of OpenBLAS; null if the BLAS is another. */
    private static Function function(String name) {
        if (!bound) {
            bound = true;
            try {
                NativeLibrary found = NativeLibrary.getInstance(Loader.load(openblas_nolapack.class));
                found.getFunction("openblas_get_num_threads");
                library = found;
            } catch (UnsatisfiedLinkError e) { // another BLAS
                LOG.debug("no OpenBLAS", e);
            }
        }
        return library == null ? null : library.getFunction(name);
    }
}
