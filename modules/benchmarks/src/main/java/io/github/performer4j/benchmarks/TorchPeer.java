package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Finds a Python with PyTorch, and starts the peer that lies beside this class. */
final class TorchPeer {
    private static final String SCRIPT = "torch_peer.py";
    private static final String MISSING =
            "PyTorch is not installed; on Debian: apt-get install -y --no-install-recommends python3-torch libopenblas0-pthread";

    /** The interpreter that Debian's package is for, then whatever the path names. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private static final long PROBE_SECONDS = 60;

    private TorchPeer() {}

    /**
     * Returns the peer's command line.
     *
     * @throws EngineFailure if there is no PyTorch, with the line that installs it
     */
    static EngineCommand command(Case sizes, Path inputs, int threads, Path folder) throws EngineFailure, IOException {
        String python = python("torch, numpy", MISSING);
        Path script = script(SCRIPT, folder);
        String count = Integer.toString(threads);
        return new EngineCommand(
                List.of(python, script.toString(), sizes.toJson(), inputs.toString(), count),
                Map.of("OMP_NUM_THREADS", count, "OPENBLAS_NUM_THREADS", count, "MKL_NUM_THREADS", count));
    }

    /** Returns a script that lies beside this class as a file. */
    static Path script(String name, Path folder) throws IOException {
        Path script = folder.resolve(name);
        if (!Files.exists(script)) {
            try (InputStream in = TorchPeer.class.getResourceAsStream(name)) {
                Files.copy(in, script);
            }
        }
        return script;
    }

    /**
     * Finds a Python.
     *
     * @param modules what it must be able to import
     * @param missing what is told if none is
     */
    static String python(String modules, String missing) throws EngineFailure {
        for (String python : PYTHONS) {
            try {
                Process probe = new ProcessBuilder(python, "-c", "import " + modules)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0) {
                    return python;
                }
                probe.destroyForcibly();
            } catch (IOException e) {
                // no such program: the next one
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EngineFailure("interrupted");
            }
        }
        throw new EngineFailure(missing);
    }
}
