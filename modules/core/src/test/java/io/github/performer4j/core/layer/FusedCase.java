package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.workspace.KeptStatistics;
import io.github.performer4j.kernels.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One block or attention layer on its own: the same parameters, input and error for the graph in float64 and for the kernels.
 *
 * @param attention how it attends
 * @param feedForward null for the attention layer without a block
 * @param preNorm whether the block's norms come first
 * @param dropout of the block's branches
 * @param format at the layer's edges
 * @param batch B
 * @param tokens T
 * @param width E
 * @param hidden F
 * @param masked whether the last fifth of every second row, and the second token of the others, is padding
 */
public record FusedCase(
        AttentionOptions attention,
        FeedForward feedForward,
        boolean preNorm,
        double dropout,
        RNNFormat format,
        int batch,
        int tokens,
        int width,
        int hidden,
        boolean masked) {

    /** Output, derivative with respect to the input, and the gradients of all parameters. */
    public record Result(Map<String, INDArray> tensors, double underflows) {}

    /** Returns a pre-norm GELU block with positive features: B = 3, T = 13, E = 14, H = 2, F = 17, M = 22. */
    static FusedCase block() {
        AttentionOptions attention =
                AttentionOptions.defaults().withHeads(2).withFeatures(22).withFeatureMap(FeatureMap.named("positive"));
        return new FusedCase(attention, FeedForward.GELU, true, 0, RNNFormat.NWC, 3, 13, 14, 17, false);
    }

    FusedCase attention(AttentionOptions value) {
        return new FusedCase(value, feedForward, preNorm, dropout, format, batch, tokens, width, hidden, masked);
    }

    FusedCase feedForward(FeedForward value) {
        return new FusedCase(attention, value, preNorm, dropout, format, batch, tokens, width, hidden, masked);
    }

    FusedCase postNorm() {
        return new FusedCase(attention, feedForward, false, dropout, format, batch, tokens, width, hidden, masked);
    }

    FusedCase dropout(double value) {
        return new FusedCase(attention, feedForward, preNorm, value, format, batch, tokens, width, hidden, masked);
    }

    FusedCase tokensLast() {
        return new FusedCase(
                attention, feedForward, preNorm, dropout, RNNFormat.NCW, batch, tokens, width, hidden, masked);
    }

    FusedCase size(int b, int t, int e, int f) {
        return new FusedCase(attention, feedForward, preNorm, dropout, format, b, t, e, f, masked);
    }

    FusedCase padded() {
        return new FusedCase(attention, feedForward, preNorm, dropout, format, batch, tokens, width, hidden, true);
    }

    /** Makes the layer within a net, with all parameters off their special values; equal for both types but for rounding to float32. */
    public GraphRuntime layer(DataType type) {
        SequenceLayer layer = feedForward == null
                ? new PerformerAttentionLayer.Builder()
                        .name("layer")
                        .attention(attention)
                        .build()
                : new PerformerBlockLayer.Builder()
                        .name("layer")
                        .attention(attention)
                        .feedForward(feedForward)
                        .hidden(hidden)
                        .preNorm(preNorm)
                        .dropout(dropout)
                        .build();
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.1))
                .list()
                .layer(layer)
                .layer(new RnnOutputLayer.Builder().nOut(2).dataFormat(format).build())
                .setInputType(InputType.recurrent(width, tokens, format))
                .build());
        net.init();
        net.initGradientsView();
        INDArray noise = Samples.gaussian(DataType.FLOAT, 31, 0.2, net.params().shape());
        net.setParams(net.params().mul(0).addi(noise.castTo(type)));
        GraphRuntime runtime = (GraphRuntime) net.getLayer(0);
        runtime.paramTable().forEach((name, p) -> {
            if (name.startsWith("gain")) {
                p.addi(1);
            }
            if (name.equals(KeptStatistics.NAME)) {
                p.assign(Nd4j.create(statistics((int) p.size(0), width / (int) p.size(0)))
                        .castTo(type));
            }
        });
        return runtime;
    }

    /** Returns moments of some rows for each head. */
    static double[][] statistics(int heads, int d) {
        int length = Moments.sumsLength(d);
        double[][] sums = new double[heads][2 * length];
        for (int i = 0; i < 2 * heads; i++) {
            double[][] rows = Samples.gaussian(DataType.DOUBLE, 41 + i, 0.5 + 0.3 * i, 4L * d, d)
                    .toDoubleMatrix();
            double weight = 0.7; // as a moving average may have
            Moments m = Moments.of(rows);
            double[] out = sums[i / 2];
            int at = i % 2 * length;
            out[at] = weight;
            for (int j = 0; j < d; j++) {
                out[at + 1 + j] = weight * m.mean()[j];
            }
            for (int j = 0; j < d * d; j++) {
                out[at + 1 + d + j] = weight * m.second()[j];
            }
        }
        return sums;
    }

    /** Returns the input, the same for both types; NaN where it is padded. */
    INDArray input(DataType type) {
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, batch, tokens, width);
        return arranged(x, type, Double.NaN);
    }

    /** Returns the derivative with respect to the output; NaN where it is padded. */
    INDArray error(DataType type) {
        INDArray x = Samples.gaussian(DataType.FLOAT, 5, 1, batch, tokens, width);
        return arranged(x, type, Double.NaN);
    }

    private INDArray arranged(INDArray x, DataType type, double padding) {
        for (int b = 0; masked && b < batch; b++) {
            for (int t = 0; t < tokens; t++) {
                for (int e = 0; e < width && !real(b, t); e++) {
                    x.putScalar(new int[] {b, t, e}, padding);
                }
            }
        }
        return (format == RNNFormat.NCW ? x.permute(0, 2, 1).dup('c') : x).castTo(type);
    }

    private boolean real(int b, int t) {
        return b % 2 == 0 ? t < tokens - tokens / 5 : t != 1;
    }

    INDArray mask(DataType type) {
        double[] values = new double[batch * tokens];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(i / tokens, i % tokens) ? 1 : 0;
        }
        return masked ? Samples.array(type, values, batch, tokens) : null;
    }

    /** Runs forward and backward on the kernels. */
    Result fused(Kernels kernels) {
        FusedRuntime layer = (FusedRuntime) layer(DataType.FLOAT);
        layer.use(kernels);
        return run(layer, DataType.FLOAT, true);
    }

    /** Runs forward and backward as a graph in float64. */
    Result graph() {
        return run(layer(DataType.DOUBLE), DataType.DOUBLE, true);
    }

    /**
     * Runs a layer.
     *
     * @param training whether the forward pass is one of training
     */
    public Result run(GraphRuntime layer, DataType type, boolean training) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        layer.setInput(input(type), workspaces);
        layer.setMaskArray(mask(type));
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        double before = layer.underflows();
        tensors.put("output", layer.activate(training, workspaces).dup('c'));
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(error(type), workspaces);
        tensors.put("input", gradients.getSecond().dup('c'));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        return new Result(tensors, layer.underflows() - before);
    }
}
