package io.github.performer4j.benchmarks;

import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Attention alone in the fused kernels, with {@code performer4j.threads} threads. */
final class FusedAttention implements EngineWork {
    private final Kernels kernels = CpuKernels.shared();
    private final Case sizes;
    private final Map<String, FloatBlock> inputs = new LinkedHashMap<>();
    private final LinearAttentionSpec linear; // null for exact attention
    private final ExactAttentionSpec exact; // null for linear attention
    private final Heads out;
    private final Heads dq;
    private final Heads dk;
    private final Heads dv;
    private FloatBlock saved; // made by the first backward pass

    /** Loads q, k, v, the error and W from their files. */
    FusedAttention(Case c, Path folder) throws IOException {
        sizes = c;
        for (Tensor tensor : Tensors.inputs(c)) {
            FloatBlock block = FloatBlock.allocate(tensor.length());
            TensorFiles.read(TensorFiles.file(folder, tensor.name()), tensor.length(), (offset, values, n) -> {
                block.write(offset, values, 0, n);
            });
            inputs.put(tensor.name(), block);
        }
        FloatBlock w = inputs.get("attention" + Tensors.PROJECTION);
        FeatureKernel features = new FeatureKernel.Positive(
                (float) Math.pow(c.headSize(), -0.25), (float) PositiveFeatures.DEFAULT_EPSILON);
        linear = w == null
                ? null
                : new LinearAttentionSpec(
                        input("q"),
                        input("k"),
                        input("v"),
                        null,
                        features,
                        Matrix.of(w, c.features(), c.headSize()),
                        c.causal());
        exact = w == null ? new ExactAttentionSpec(input("q"), input("k"), input("v"), null, c.causal()) : null;
        out = allocate();
        dq = allocate();
        dk = allocate();
        dv = allocate();
    }

    private Heads input(String name) {
        return heads(inputs.get(name));
    }

    private Heads allocate() {
        return heads(FloatBlock.allocate((long) sizes.batch() * sizes.tokens() * sizes.width()));
    }

    private Heads heads(FloatBlock block) {
        return Heads.of(block, sizes.batch(), sizes.heads(), sizes.tokens(), sizes.headSize());
    }

    @Override
    public void forward() {
        attend(null);
    }

    @Override
    public void backward() {
        if (saved == null) {
            saved = FloatBlock.allocate(linear == null ? kernels.saved(exact) : kernels.saved(linear));
        }
        attend(saved);
        if (linear == null) {
            kernels.attendBackward(exact, out, saved, input("error"), dq, dk, dv);
        } else {
            kernels.attendBackward(linear, out, saved, input("error"), dq, dk, dv);
        }
    }

    private void attend(FloatBlock save) {
        if (linear == null) {
            kernels.attend(exact, out, save);
        } else {
            kernels.attend(linear, out, save);
        }
    }

    @Override
    public void check(Path folder) throws IOException {
        forward();
        write(folder, Outputs.FORWARD, out);
        backward();
        write(folder, Outputs.GRADIENT + "q", dq);
        write(folder, Outputs.GRADIENT + "k", dk);
        write(folder, Outputs.GRADIENT + "v", dv);
    }

    private static void write(Path folder, String name, Heads heads) throws IOException {
        FloatBlock block = heads.block();
        TensorFiles.write(TensorFiles.file(folder, name), block.length(), (offset, values, n) -> {
            block.read(offset, values, 0, n);
        });
    }
}
