package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.KeptStatistics;
import io.github.performer4j.kernels.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
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
 * Reversible blocks on their own: the same parameters, input and error for the kernels, which recover, for the graph, which stores, and for branches that are layers of their own.
 *
 * @param blocks the blocks
 * @param tokens T
 * @param format at the layer's edges
 * @param masked whether there is padding, NaN in input and error
 * @param step of training, which names the draws
 */
record ReversibleCase(List<BlockSettings> blocks, int tokens, RNNFormat format, boolean masked, int step) {
    static final int B = 3;
    static final int E = 14;

    /** One branch in a layer of its own. */
    static final class Branch extends ProgramLayer {
        private final BiFunction<LayerProgram.Builder, Value, Value> body;

        Branch(BiFunction<LayerProgram.Builder, Value, Value> body) {
            this.body = body;
            setWidth(E);
        }

        @Override
        public LayerProgram program() {
            LayerProgram.Builder p = new LayerProgram.Builder();
            return p.output(body.apply(p, p.input("x", getWidth())));
        }
    }

    ReversibleCase padded() {
        return new ReversibleCase(blocks, tokens, format, true, step);
    }

    ReversibleCase tokensLast() {
        return new ReversibleCase(blocks, tokens, RNNFormat.NCW, masked, step);
    }

    ReversibleCase tokens(int value) {
        return new ReversibleCase(blocks, value, format, masked, step);
    }

    ReversibleCase step(int value) {
        return new ReversibleCase(blocks, tokens, format, masked, value);
    }

    private GraphRuntime runtime(SequenceLayer layer, DataType type) {
        layer.setLayerName("layer"); // draws are named by it
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.1))
                .list()
                .layer(layer)
                .layer(new RnnOutputLayer.Builder().nOut(2).dataFormat(format).build())
                .setInputType(InputType.recurrent(E, tokens, format))
                .build());
        net.init();
        net.initGradientsView();
        GraphRuntime runtime = (GraphRuntime) net.getLayer(0);
        runtime.setIterationCount(step);
        return runtime;
    }

    /** Makes the layer, with all parameters off their special values; equal for both types but for rounding to float32. */
    GraphRuntime layer(DataType type) {
        ReversibleBlocksLayer.Builder builder = new ReversibleBlocksLayer.Builder();
        blocks.forEach(builder::block);
        GraphRuntime runtime = runtime(builder.build(), type);
        long seed = 31;
        for (Map.Entry<String, INDArray> each : runtime.paramTable().entrySet()) {
            INDArray p = each.getValue();
            p.assign(Samples.gaussian(DataType.FLOAT, seed++, 0.2, p.shape()).castTo(type));
            if (GraphLayer.isGain(each.getKey())) {
                p.addi(1);
            }
            if (each.getKey().endsWith(KeptStatistics.NAME)) {
                int heads = (int) p.size(0);
                p.assign(Nd4j.create(FusedCase.statistics(heads, E / heads)).castTo(type));
            }
        }
        return runtime;
    }

    private INDArray sample(long seed, DataType type) {
        INDArray x = Samples.gaussian(DataType.FLOAT, seed, 1, B, tokens, E);
        for (int b = 0; masked && b < B; b++) {
            for (int t = 0; t < tokens; t++) {
                for (int e = 0; e < E && !real(b, t); e++) {
                    x.putScalar(new int[] {b, t, e}, Double.NaN);
                }
            }
        }
        return (format == RNNFormat.NCW ? x.permute(0, 2, 1).dup('c') : x).castTo(type);
    }

    private boolean real(int b, int t) {
        return b % 2 == 0 ? t < tokens - tokens / 5 : t != 1;
    }

    private INDArray mask(DataType type) {
        double[] values = new double[B * tokens];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(i / tokens, i % tokens) ? 1 : 0;
        }
        return masked ? Samples.array(type, values, B, tokens) : null;
    }

    /** Runs the layer forward and back. */
    Map<String, INDArray> run(GraphRuntime layer, DataType type) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        layer.setInput(sample(3, type), workspaces);
        layer.setMaskArray(mask(type));
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("output", shown(layer.activate(true, workspaces).dup('c')));
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(sample(5, type), workspaces);
        tensors.put("input", gradients.getSecond().dup('c'));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        return tensors;
    }

    /** Returns an output without what stands in padding, which does not matter. */
    private INDArray shown(INDArray output) {
        INDArray rows = format == RNNFormat.NCW ? output.permute(0, 2, 1) : output;
        for (int b = 0; masked && b < B; b++) {
            for (int t = 0; t < tokens; t++) {
                for (int e = 0; e < E && !real(b, t); e++) {
                    rows.putScalar(new int[] {b, t, e}, 0);
                }
            }
        }
        return output;
    }

    /** Runs the kernels. */
    Map<String, INDArray> recovered(Kernels kernels) {
        FusedRuntime layer = (FusedRuntime) layer(DataType.FLOAT);
        layer.use(kernels);
        return run(layer, DataType.FLOAT);
    }

    /** Runs the graph, float64, which keeps everything. */
    Map<String, INDArray> stored() {
        return run(layer(DataType.DOUBLE), DataType.DOUBLE);
    }

    /** The paper's recurrences written out in float64, each branch a layer, inputs recovered by subtraction; without padding, tokens first. */
    Map<String, INDArray> writtenOut() {
        GraphRuntime whole = layer(DataType.DOUBLE);
        List<GraphRuntime> branches = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            BlockSettings block = blocks.get(i);
            String scope = ReversibleBlocksLayer.scope(i);
            int site = 2 * i;
            branches.add(runtime(new Branch((p, x) -> block.attended(p, x, scope, site)), DataType.DOUBLE));
            branches.add(runtime(new Branch((p, x) -> block.fed(p, x, scope, site)), DataType.DOUBLE));
        }
        branches.forEach(branch -> branch.paramTable()
                .forEach((name, p) -> p.assign(whole.paramTable().get(name))));
        INDArray x1 = sample(3, DataType.DOUBLE);
        INDArray x2 = x1.dup();
        for (int i = 0; i < branches.size(); i++) {
            (i % 2 == 0 ? x1 : x2).addi(forward(branches.get(i), i % 2 == 0 ? x2 : x1));
        }
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("output", x1.add(x2).divi(2));
        INDArray d1 = sample(5, DataType.DOUBLE).divi(2);
        INDArray d2 = d1.dup();
        for (int i = branches.size() - 1; i >= 0; i--) {
            boolean f = i % 2 == 0;
            (f ? x1 : x2).subi(forward(branches.get(i), f ? x2 : x1)); // the input again
            Pair<Gradient, INDArray> back =
                    branches.get(i).backpropGradient(f ? d1 : d2, LayerWorkspaceMgr.noWorkspaces());
            (f ? d2 : d1).addi(back.getSecond());
            back.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        }
        tensors.put("input", d1.add(d2));
        tensors.put("recovered", x1);
        return tensors;
    }

    private static INDArray forward(GraphRuntime branch, INDArray x) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        branch.setInput(x.dup(), workspaces);
        return branch.activate(true, workspaces).dup('c');
    }

    /** Returns the input, in float64. */
    INDArray input() {
        return sample(3, DataType.DOUBLE);
    }
}
