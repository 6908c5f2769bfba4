package io.github.performer4j.kernels;

import static io.github.performer4j.kernels.GoldenFile.GRADIENTS;
import static io.github.performer4j.kernels.GoldenFile.VALUES;
import static io.github.performer4j.kernels.GoldenFile.close;
import static io.github.performer4j.kernels.GoldenFile.matrix;
import static io.github.performer4j.kernels.GoldenFile.poisoned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.kernels.layer.AdamW;
import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.layer.PlainLayerElements;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The parts of a block between attentions, and a step of the optimiser, against PyTorch in float64; bounds as for attention. */
class GoldenLayersTest {
    private static final JsonNode LAYERS = GoldenFile.read("layers.json");

    static List<LayerElements> elements() {
        try (CpuKernels kernels = new CpuKernels(1)) {
            return List.of(new PlainLayerElements(), kernels.elements());
        }
    }

    private static Matrix zeros(LayerElements elements, int rows, int columns) {
        Matrix x = poisoned(rows, columns);
        elements.fill(x, 0);
        return x;
    }

    @ParameterizedTest
    @MethodSource("elements")
    void layerNorm(LayerElements elements) {
        JsonNode in = LAYERS.get("layerNorm");
        int rows = in.get("rows").asInt();
        int width = in.get("width").asInt();
        Matrix x = matrix(in.get("x"), rows, width);
        Matrix gain = matrix(in.get("gain"), 1, width);
        Matrix out = poisoned(rows, width);
        Matrix moments = poisoned(rows, 2);
        float epsilon = (float) in.get("epsilon").asDouble();
        elements.layerNorm(x, gain, matrix(in.get("bias"), 1, width), epsilon, out, moments);
        close("out", out, in.get("out"), VALUES);
        Matrix dx = zeros(elements, rows, width);
        Matrix dGain = zeros(elements, 1, width);
        Matrix dBias = zeros(elements, 1, width);
        elements.layerNormGradient(matrix(in.get("error"), rows, width), x, gain, moments, dx, dGain, dBias);
        close("dx", dx, in.get("dx"), GRADIENTS);
        close("dGain", dGain, in.get("dgain"), GRADIENTS);
        close("dBias", dBias, in.get("dbias"), GRADIENTS);
    }

    @ParameterizedTest
    @MethodSource("elements")
    void feedForward(LayerElements elements) {
        JsonNode in = LAYERS.get("feedForward");
        int rows = in.get("rows").asInt();
        int width = in.get("width").asInt();
        int hidden = in.get("hidden").asInt();
        Matrix x = matrix(in.get("x"), rows, width);
        Matrix w1 = matrix(in.get("w1"), width, hidden);
        Matrix w2 = matrix(in.get("w2"), hidden, width);
        Matrix z = poisoned(rows, hidden);
        elements.fillRows(matrix(in.get("b1"), 1, hidden), z);
        Blas.multiply(x, w1, 1, 1, z);
        Matrix f = poisoned(rows, hidden);
        elements.activate(Activation.GELU, z, f);
        Matrix out = poisoned(rows, width);
        Blas.multiply(f, w2, 1, 0, out);
        elements.addRow(out, matrix(in.get("b2"), 1, width), out);
        close("out", out, in.get("out"), VALUES);

        Matrix error = matrix(in.get("error"), rows, width);
        Matrix db2 = zeros(elements, 1, width);
        elements.addColumnSums(error, db2);
        close("db2", db2, in.get("db2"), GRADIENTS);
        Matrix d = poisoned(rows, hidden);
        Blas.multiplyTransposed(error, w2, 1, 0, d);
        Matrix again = poisoned(rows, hidden);
        elements.activateGradient(Activation.GELU, z, d, again);
        Matrix dw2 = poisoned(hidden, width);
        Blas.transposedMultiply(again, error, 1, 0, dw2);
        close("dw2", dw2, in.get("dw2"), GRADIENTS);
        Matrix db1 = zeros(elements, 1, hidden);
        elements.addColumnSums(d, db1);
        close("db1", db1, in.get("db1"), GRADIENTS);
        Matrix dw1 = poisoned(width, hidden);
        Blas.transposedMultiply(x, d, 1, 0, dw1);
        close("dw1", dw1, in.get("dw1"), GRADIENTS);
        Matrix dx = poisoned(rows, width);
        Blas.multiplyTransposed(d, w1, 1, 0, dx);
        close("dx", dx, in.get("dx"), GRADIENTS);
    }

    @ParameterizedTest
    @MethodSource("elements")
    void crossEntropy(LayerElements elements) {
        JsonNode in = LAYERS.get("crossEntropy");
        int rows = in.get("rows").asInt();
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = in.get("labels").get(i).asInt();
        }
        Matrix logits = matrix(in.get("logits"), rows, in.get("vocabulary").asInt());
        double loss = elements.crossEntropy(
                logits, labels, 0, (float) in.get("weight").asDouble());
        double wanted = in.get("loss").asDouble();
        assertThat(loss).isCloseTo(wanted, within(VALUES * wanted));
        close("gradient", logits, in.get("gradient"), GRADIENTS);
    }

    @ParameterizedTest
    @MethodSource("elements")
    void adamW(LayerElements elements) {
        JsonNode in = LAYERS.get("adamW");
        int n = in.get("n").asInt();
        Matrix p = matrix(in.get("p"), 1, n);
        Matrix m = matrix(in.get("m"), 1, n);
        Matrix v = matrix(in.get("v"), 1, n);
        AdamW options = new AdamW(
                in.get("beta1").asDouble(),
                in.get("beta2").asDouble(),
                in.get("epsilon").asDouble(),
                in.get("decay").asDouble());
        FloatBlock gradient = matrix(in.get("gradient"), 1, n).block();
        for (int i = 0; i < n; i++) {
            gradient.set(i, gradient.get(i) * (float) in.get("factor").asDouble()); // a clipped one
        }
        elements.adamW(
                p.block(),
                0,
                gradient,
                0,
                m.block(),
                0,
                v.block(),
                0,
                n,
                options,
                in.get("step").asLong(),
                (float) in.get("rate").asDouble());
        close("p", p, in.get("pAfter"), VALUES);
        close("m", m, in.get("mAfter"), VALUES);
        close("v", v, in.get("vAfter"), VALUES);
    }
}
