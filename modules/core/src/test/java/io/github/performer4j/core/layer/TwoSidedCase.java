package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.sides.SidesOnKernels;
import io.github.performer4j.core.sides.SidesVertexRuntime;
import io.github.performer4j.core.sides.TwoSidedLayer;
import io.github.performer4j.kernels.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A layer with two inputs behind its vertex: the same parameters, inputs and error for the graph in float64 and for the kernels. Padded rows are NaN.
 *
 * @param layer makes the layer, for E = 14 and Em = 10
 * @param batch B
 * @param tokens Tq
 * @param memoryTokens Tk
 * @param padded whether the last third of x is padding in every second row, and the second token in the others
 * @param memoryPadded whether the first row of the memory is padding but for its last two tokens, the second all padding, and the second token of the others
 */
public record TwoSidedCase(
        Supplier<TwoSidedLayer> layer, int batch, int tokens, int memoryTokens, boolean padded, boolean memoryPadded) {
    static final int WIDTH = 14;
    static final int MEMORY_WIDTH = 10;

    static TwoSidedCase of(Supplier<TwoSidedLayer> layer) {
        return new TwoSidedCase(layer, 3, 13, 7, true, true);
    }

    TwoSidedCase size(int b, int q, int k) {
        return new TwoSidedCase(layer, b, q, k, padded, memoryPadded);
    }

    TwoSidedCase masks(boolean x, boolean memory) {
        return new TwoSidedCase(layer, batch, tokens, memoryTokens, x, memory);
    }

    /** Makes a net of vertex and layer, with all parameters off their special values; equal for both types but for rounding to float32. */
    public ComputationGraph net(DataType type) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("x", "memory")
                .addVertex("sides", new SidesVertex(), "x", "memory")
                .addLayer("layer", layer.get(), "sides")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "layer")
                .setOutputs("out")
                .setInputTypes(
                        InputType.recurrent(WIDTH, tokens, RNNFormat.NWC),
                        InputType.recurrent(MEMORY_WIDTH, memoryTokens, RNNFormat.NWC))
                .build());
        net.init();
        net.initGradientsView();
        INDArray noise = Samples.gaussian(DataType.FLOAT, 31, 0.2, net.params().shape());
        net.setParams(net.params().mul(0).addi(noise.castTo(type)));
        net.getLayer("layer").paramTable().forEach((name, p) -> {
            if (name.startsWith("gain")) {
                p.addi(1);
            }
        });
        return net;
    }

    private INDArray rows(DataType type, long seed, int length, int width, boolean memory) {
        INDArray x = Samples.gaussian(DataType.FLOAT, seed, 1, batch, length, width);
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < length; t++) {
                for (int e = 0; e < width && !(memory ? realKey(b, t) : real(b, t)); e++) {
                    x.putScalar(new int[] {b, t, e}, Double.NaN);
                }
            }
        }
        return x.castTo(type);
    }

    private boolean real(int b, int t) {
        return !padded || (b % 2 == 0 ? t < tokens - tokens / 3 : t != 1);
    }

    private boolean realKey(int b, int t) {
        return !memoryPadded || (b == 0 ? t >= memoryTokens - 2 : b != 1 && t != 1);
    }

    private INDArray mask(DataType type, boolean memory) {
        int length = memory ? memoryTokens : tokens;
        INDArray mask = Nd4j.ones(type, batch, length);
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < length; t++) {
                mask.putScalar(b, t, (memory ? realKey(b, t) : real(b, t)) ? 1 : 0);
            }
        }
        return (memory ? memoryPadded : padded) ? mask : null;
    }

    /** Runs forward and backward on kernels. */
    Map<String, INDArray> fused(ComputationGraph net, Kernels kernels) {
        ((SidesOnKernels) net.getLayer("layer")).use(kernels);
        return run(net, DataType.FLOAT, true);
    }

    /** Runs vertex and layer: the output, the derivatives with respect to both inputs, and the gradients of all parameters. */
    public Map<String, INDArray> run(ComputationGraph net, DataType type, boolean training) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        SidesVertexRuntime vertex = (SidesVertexRuntime) net.getVertex("sides");
        GraphRuntime runtime = (GraphRuntime) net.getLayer("layer");
        INDArray mask = mask(type, false);
        INDArray[] masks = {mask, mask(type, true)};
        vertex.feedForwardMaskArrays(masks, MaskState.Active, batch);
        runtime.feedForwardMaskArray(mask, MaskState.Active, batch);
        vertex.setInput(0, rows(type, 3, tokens, WIDTH, false), workspaces);
        vertex.setInput(1, rows(type, 4, memoryTokens, MEMORY_WIDTH, true), workspaces);
        runtime.setInput(vertex.doForward(training, workspaces), workspaces);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("output", runtime.activate(training, workspaces).dup('c'));
        Pair<Gradient, INDArray> gradients = runtime.backpropGradient(rows(type, 5, tokens, WIDTH, false), workspaces);
        vertex.setEpsilon(gradients.getSecond());
        INDArray[] down = vertex.doBackward(false, workspaces).getSecond();
        tensors.put("x", down[0].dup('c'));
        tensors.put("memory", down[1].dup('c'));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        return tensors;
    }
}
