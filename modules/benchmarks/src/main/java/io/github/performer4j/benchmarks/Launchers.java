package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How each engine is started: all with the same number of threads, each in the way its own users would set it.
 *
 * @param java command lines of engines written in Java
 * @param threads of each engine
 * @param peers folder where peers' libraries are kept
 * @param notes receives news of downloads
 * @param cleanup owns the folder for scripts
 */
record Launchers(JavaProcess java, int threads, Path peers, Consumer<String> notes, Cleanup cleanup)
        implements Harness.Launcher {

    @Override
    public EngineCommand command(Engine engine, Case sizes, Path inputs) throws EngineFailure, IOException {
        return switch (engine) {
            // One thread for OpenMP and BLAS, as the launcher sets it: the fused kernels have worker threads of their
            // own.
            case FUSED -> fused("float32", sizes, inputs);
            case FUSED_BF16 -> fused("bfloat16", sizes, inputs);
            case FUSED_BF16X3 -> fused("bfloat16x3", sizes, inputs);
            case GRAPH -> own("graph", List.of("-Dperformer4j.engine=graph"), threads, sizes, inputs);
            case DJL -> djl(sizes, inputs);
            case LIBTORCH, LIBTORCH_BF16 -> libtorch(engine.label(), sizes, inputs);
            case TORCH -> TorchPeer.command(sizes, inputs, threads, cleanup.folder());
        };
    }

    @Override
    public EngineCommand reference(Case sizes, Path inputs) {
        return own(Engines.REFERENCE, List.of("-Dperformer4j.engine=graph"), threads, sizes, inputs);
    }

    /** Returns how to start the yardstick. */
    EngineCommand yardstick() {
        return new EngineCommand(java.command(List.of(), "", List.of(Engines.YARDSTICK)), environment(1));
    }

    private EngineCommand fused(String precision, Case sizes, Path inputs) {
        List<String> flags = List.of(
                "-Dperformer4j.engine=cpu", "-Dperformer4j.threads=" + threads, "-Dperformer4j.precision=" + precision);
        return own("fused", flags, 1, sizes, inputs);
    }

    private EngineCommand own(String name, List<String> flags, int nativeThreads, Case sizes, Path inputs) {
        return new EngineCommand(
                java.command(flags, "", List.of(name, sizes.toJson(), inputs.toString())), environment(nativeThreads));
    }

    private EngineCommand djl(Case sizes, Path inputs) throws EngineFailure, IOException {
        PeerLibraries djl = PeerLibraries.djl(peers);
        List<String> flags = List.of(
                "-Dai.djl.offline=true", // nothing is downloaded at run time
                "-Dai.djl.pytorch.num_threads=" + threads,
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-XX:MaxDirectMemorySize=1t"); // inputs are direct buffers, which the small heap would limit
        return new EngineCommand(
                java.command(flags, djl.classPath(notes, cleanup), List.of("djl", sizes.toJson(), inputs.toString())),
                Map.of(
                        "OPT_OUT_TRACKING",
                        "true",
                        "DJL_CACHE_DIR",
                        djl.folder().resolve("cache").toAbsolutePath().toString(),
                        "OMP_NUM_THREADS",
                        Integer.toString(threads),
                        "MKL_NUM_THREADS",
                        Integer.toString(threads)));
    }

    private EngineCommand libtorch(String name, Case sizes, Path inputs) throws EngineFailure, IOException {
        PeerLibraries libtorch = PeerLibraries.libtorch(peers);
        List<String> flags = List.of(
                "-Dorg.bytedeco.openblas.load=mkl", // libtorch calls MKL where it would call OpenBLAS
                "-Dorg.bytedeco.javacpp.cachedir="
                        + libtorch.folder().resolve("cache").toAbsolutePath());
        return new EngineCommand(
                java.command(
                        flags, libtorch.classPath(notes, cleanup), List.of(name, sizes.toJson(), inputs.toString())),
                Map.of("OMP_NUM_THREADS", Integer.toString(threads), "MKL_NUM_THREADS", Integer.toString(threads)));
    }

    private static Map<String, String> environment(int nativeThreads) {
        String count = Integer.toString(nativeThreads);
        return Map.of("OMP_NUM_THREADS", count, "OPENBLAS_NUM_THREADS", count);
    }
}
