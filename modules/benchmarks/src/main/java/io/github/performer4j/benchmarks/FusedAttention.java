package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** Attention alone in the fused kernels. */
final class FusedAttention implements EngineWork {
    private static final String NOT_YET = "not built yet";

    /** Loads q, k, v, the error and W from their files. */
    FusedAttention(Case c, Path inputs) throws IOException {
        throw new UnsupportedOperationException(NOT_YET);
    }

    @Override
    public void forward() {
        throw new UnsupportedOperationException(NOT_YET);
    }

    @Override
    public void backward() {
        throw new UnsupportedOperationException(NOT_YET);
    }

    @Override
    public void check(Path folder) throws IOException {
        throw new UnsupportedOperationException(NOT_YET);
    }
}
