package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * A {@link PerformerBlockLayer} in a Deeplearning4j net, driven as Deeplearning4j drives it; which runtime executes it is the process's
 * property {@code performer4j.engine}.
 */
final class BlockNet implements EngineWork {
    private final Case sizes;
    private final ComputationGraph net;
    private final INDArray x; // [B,T,E]
    private final INDArray error; // [B,T,E]

    /** Builds the net and loads x, the error and all parameters from their files. */
    BlockNet(Case c, Path inputs, DataType type) throws IOException {
        sizes = c;
        AttentionOptions attention = AttentionOptions.defaults()
                .withKind(
                        c.attention() == AttentionKind.EXACT
                                ? AttentionOptions.Kind.EXACT
                                : AttentionOptions.Kind.LINEAR)
                .withCausal(c.causal())
                .withHeads(c.heads())
                .withFeatureMap(PositiveFeatures.defaults())
                .withProjection(Projection.IID)
                .withFeatures(c.features())
                .withRedrawInterval(0);
        net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(c.seed())
                .dataType(type)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("sequence")
                .setInputTypes(InputType.recurrent(c.width(), c.tokens(), RNNFormat.NWC))
                .addLayer(
                        Tensors.BLOCK,
                        new PerformerBlockLayer.Builder()
                                .attention(attention)
                                .hidden(c.hidden())
                                .build(),
                        "sequence")
                .setOutputs(Tensors.BLOCK)
                .build());
        net.init();
        Nets.load(net, c, inputs);
        x = Nets.input(c, inputs, "x", type);
        error = Nets.input(c, inputs, "error", type);
    }

    @Override
    public void forward() {
        net.outputSingle(x);
    }

    @Override
    public void backward() {
        net.feedForward(new INDArray[] {x}, true, false);
        net.backpropGradient(error);
    }

    @Override
    public void check(Path folder) throws IOException {
        NativeArrays.write(folder, Outputs.FORWARD, net.outputSingle(x));
        backward();
        Nets.writeGradients(net, sizes, folder);
        // A net does not return the gradient to its own input; its layer computes it all the same.
        Layer layer = net.getLayer(Tensors.BLOCK);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        layer.setInput(x, workspaces);
        layer.activate(true, workspaces);
        NativeArrays.write(
                folder,
                Outputs.GRADIENT + "x",
                layer.backpropGradient(error, workspaces).getSecond());
        layer.clear();
    }
}
