package io.github.performer4j.kernels.machine;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The OpenMP runtime that a library is linked with. Its number of threads is a setting of each thread, so that setting
 * it on one is of no consequence to any other.
 */
public final class OpenMp {
    private OpenMp() {}

    /**
     * Finds the runtime of a library; once in a process.
     *
     * @param path of a library that is loaded, linked with the runtime itself or through others
     * @throws UnsatisfiedLinkError if it is linked with none
     */
    public static void bind(String path) {
        Native.register(OpenMp.class, NativeLibrary.getInstance(path));
    }

    /** Returns how many threads a parallel region of the calling thread would have. */
    public static native int omp_get_max_threads();

    /** Sets how many threads parallel regions of the calling thread have. */
    public static native void omp_set_num_threads(int threads);
}
