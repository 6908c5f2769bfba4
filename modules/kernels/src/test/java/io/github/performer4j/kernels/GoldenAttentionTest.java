package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kinds of attention against PyTorch's float64 autograd: values to 1e-5 and gradients to 1e-4 of the largest. */
class GoldenAttentionTest {
    private static final JsonNode EXACT = GoldenFile.read("exact-attention.json");
    private static final JsonNode LINEAR = GoldenFile.read("linear-attention.json");
    private static final CpuKernels KERNELS = new CpuKernels(2);

    /** One file's inputs for one of its cases. */
    private record Inputs(JsonNode file, JsonNode example, int batch, int heads) {
        static Inputs of(JsonNode file, JsonNode example) {
            JsonNode shape = file.get("shape");
            return new Inputs(
                    file, example, shape.get("b").asInt(), shape.get("h").asInt());
        }

        int queries() {
            return example.get("queries").asInt();
        }

        int size(String name) {
            return file.get("shape").get(name).asInt();
        }

        boolean causal() {
            return example.get("causal").asBoolean();
        }

        /** Returns the first tokens of [B,H,T,n]. */
        Heads heads(String name, int tokens, int n) {
            int all = size("t");
            Matrix x = GoldenFile.matrix(file.get(name), batch * heads * all, n);
            return new Heads(x.block(), 0, batch, heads, tokens, n, (long) heads * all * n, (long) all * n, n);
        }

        Heads empty(int tokens, int n) {
            return Heads.of(GoldenFile.poisoned(batch * heads * tokens, n).block(), batch, heads, tokens, n);
        }

        FloatBlock mask() {
            return GoldenFile.matrix(file.get("mask"), batch, size("t")).block();
        }
    }

    /** What a kernel returned. */
    private record Results(Heads out, Heads dq, Heads dk, Heads dv) {
        static Results of(Inputs in) {
            return new Results(
                    in.empty(in.queries(), in.size("dv")),
                    in.empty(in.queries(), in.size("d")),
                    in.empty(in.size("t"), in.size("d")),
                    in.empty(in.size("t"), in.size("dv")));
        }

        void check(JsonNode wanted) {
            check("out", out, wanted, GoldenFile.VALUES);
            check("dq", dq, wanted, GoldenFile.GRADIENTS);
            check("dk", dk, wanted, GoldenFile.GRADIENTS);
            check("dv", dv, wanted, GoldenFile.GRADIENTS);
        }

        private static void check(String name, Heads got, JsonNode wanted, double bound) {
            int rows = got.batch() * got.heads() * got.tokens();
            GoldenFile.close(name, Matrix.of(got.block(), rows, got.size()), wanted.get(name), bound);
        }
    }

    static Stream<JsonNode> exact() {
        return StreamSupport.stream(EXACT.get("cases").spliterator(), false);
    }

    static Stream<JsonNode> linear() {
        return StreamSupport.stream(LINEAR.get("cases").spliterator(), false);
    }

    @AfterAll
    static void end() {
        KERNELS.close();
    }

    @ParameterizedTest
    @MethodSource("exact")
    void exactAttention(JsonNode example) {
        Inputs in = Inputs.of(EXACT, example);
        ExactAttentionSpec spec = new ExactAttentionSpec(
                in.heads("q", in.queries(), in.size("d")),
                in.heads("k", in.size("t"), in.size("d")),
                in.heads("v", in.size("t"), in.size("dv")),
                in.mask(),
                in.causal());
        Results got = Results.of(in);
        FloatBlock saved = FloatBlock.allocate(KERNELS.saved(spec));
        saved.poison();
        KERNELS.attend(spec, got.out, saved);
        Heads error = in.heads("error", in.queries(), in.size("dv"));
        KERNELS.attendBackward(spec, got.out, saved, error, got.dq, got.dk, got.dv);
        got.check(example);
    }

    @ParameterizedTest
    @MethodSource("linear")
    void linearAttention(JsonNode example) {
        Inputs in = Inputs.of(LINEAR, example);
        float epsilon = (float) example.get("epsilon").asDouble();
        LinearAttentionSpec spec = new LinearAttentionSpec(
                in.heads("q", in.queries(), in.size("d")),
                in.heads("k", in.size("t"), in.size("d")),
                in.heads("v", in.size("t"), in.size("dv")),
                in.mask(),
                new FeatureKernel.Positive((float) Math.pow(in.size("d"), -0.25), epsilon),
                GoldenFile.matrix(LINEAR.get("w"), in.size("m"), in.size("d")),
                in.causal());
        Results got = Results.of(in);
        FloatBlock saved = FloatBlock.allocate(KERNELS.saved(spec));
        saved.poison();
        assertThat(KERNELS.attend(spec, got.out, saved)).as("underflows").isZero();
        Heads error = in.heads("error", in.queries(), in.size("dv"));
        KERNELS.attendBackward(spec, got.out, saved, error, got.dq, got.dk, got.dv);
        got.check(example);
    }
}
