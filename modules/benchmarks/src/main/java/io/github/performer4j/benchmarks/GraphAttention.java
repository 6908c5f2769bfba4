package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionInput;
import io.github.performer4j.core.attention.CausalLinearAttention;
import io.github.performer4j.core.attention.ExactAttention;
import io.github.performer4j.core.attention.LinearAttention;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.samediff.GraphScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Attention alone in the graph runtime: a layer whose parameters are q, k and v, so that no array is packed or cut. */
final class GraphAttention implements EngineWork {
    private final ComputationGraph net;
    private final INDArray nothing;
    private final INDArray error;
    private final int[] shape;

    /** Loads q, k, v, the error and W from their files, to compute in a type. */
    GraphAttention(Case c, Path inputs, DataType type) throws IOException {
        Map<String, INDArray> loaded = new LinkedHashMap<>();
        for (Tensor tensor : Tensors.inputs(c)) {
            loaded.put(tensor.name(), NativeArrays.read(inputs, tensor, type));
        }
        nothing = Nd4j.zeros(type, 1, 1, 1);
        shape = new int[] {c.batch() * c.heads(), c.tokens(), c.headSize()};
        error = loaded.remove("error").reshape(shape);
        net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(c.seed())
                .dataType(type)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("nothing")
                .setInputTypes(InputType.recurrent(1, 1, RNNFormat.NWC))
                .addLayer("attention", new Attention(c, loaded.remove("attention" + Tensors.PROJECTION)), "nothing")
                .setOutputs("attention")
                .build());
        net.init();
        for (Map.Entry<String, INDArray> parameter : loaded.entrySet()) {
            net.getParam("attention_" + parameter.getKey())
                    .assign(parameter.getValue().reshape(shape));
            parameter.getValue().close();
        }
    }

    @Override
    public void forward() {
        net.outputSingle(nothing);
    }

    @Override
    public void backward() {
        net.feedForward(new INDArray[] {nothing}, true, false);
        net.backpropGradient(error);
    }

    @Override
    public void check(Path folder) throws IOException {
        NativeArrays.write(folder, Outputs.FORWARD, net.outputSingle(nothing));
        backward();
        for (String name : new String[] {"q", "k", "v"}) {
            NativeArrays.write(folder, Outputs.GRADIENT + name, net.gradient().getGradientFor("attention_" + name));
        }
    }

    /** The layer. */
    private static final class Attention extends GraphLayer {
        private final transient Case sizes;
        private final transient INDArray w; // [M,D]; null for exact attention

        Attention(Case sizes, INDArray w) {
            this.sizes = sizes;
            this.w = w;
        }

        @Override
        public SDVariable define(GraphScope scope) {
            AttentionInput in = new AttentionInput(
                    scope.sd(),
                    scope.parameter("q"),
                    scope.parameter("k"),
                    scope.parameter("v"),
                    null,
                    (long) sizes.batch() * sizes.heads(),
                    sizes.tokens(),
                    sizes.headSize(),
                    scope.type());
            if (sizes.attention() == AttentionKind.EXACT) {
                return ExactAttention.define(in, sizes.causal()).out();
            }
            SDVariable projection = scope.draw("projection", new Given(w));
            PositiveFeatures map = PositiveFeatures.defaults();
            return (sizes.causal()
                            ? CausalLinearAttention.define(in, map, sizes.features(), projection, 0)
                            : LinearAttention.define(in, map, sizes.features(), projection))
                    .out();
        }

        @Override
        public void defineParameters(SDLayerParams params) {
            for (String name : new String[] {"q", "k", "v"}) {
                params.addWeightParam(name, sizes.batch() * sizes.heads(), sizes.tokens(), sizes.headSize());
            }
        }

        @Override
        public void initializeParameters(Map<String, INDArray> parameters) {}

        @Override
        protected boolean differentiableInput() {
            return false;
        }

        @Override
        public InputType getOutputType(int layerIndex, InputType inputType) {
            return InputType.recurrent(sizes.headSize(), sizes.tokens(), RNNFormat.NWC);
        }
    }

    /** A projection that is given instead of drawn. */
    private record Given(INDArray w) implements Draw {
        @Override
        public long[] shape() {
            return w.shape();
        }

        @Override
        public INDArray draw(Key key, DataType type) {
            return w;
        }

        @Override
        public Object relevant(Key key) {
            return w.shapeInfoToString();
        }
    }
}
