package io.github.performer4j.studies;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.kernels.math.CounterRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** One attention layer with a map, as {@link AttentionTime} describes it; made when it first runs. */
final class AttentionNet implements Runnable, AutoCloseable {
    private final FeatureMap map;
    private final int features;
    private final int width;
    private final long seed;
    private ComputationGraph net;
    private INDArray x; // [1,T,HD]
    private INDArray error; // [1,T,HD]

    AttentionNet(AttentionTime.Layer layer, long seed) {
        this.map = layer.map();
        this.features = layer.features();
        this.width = AttentionTime.HEADS * layer.headSize();
        this.seed = seed;
    }

    /** Goes forward and backward once. */
    @Override
    public void run() {
        if (net == null) {
            x = uniform(seed);
            error = uniform(seed + 1);
            net = net();
        }
        net.feedForward(new INDArray[] {x}, true, false);
        net.backpropGradient(error);
    }

    @Override
    public void close() {
        if (net != null) {
            net.close();
        }
    }

    private INDArray uniform(long of) {
        CounterRandom random = CounterRandom.of(of);
        float[] values = new float[AttentionTime.TOKENS * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble() - 0.5f;
        }
        return Nd4j.createFromArray(values).reshape(1, AttentionTime.TOKENS, width);
    }

    private ComputationGraph net() {
        AttentionOptions attention = AttentionOptions.defaults()
                .withHeads(AttentionTime.HEADS)
                .withFeatureMap(map)
                .withProjection(Projection.IID)
                .withFeatures(features)
                .withRedrawInterval(0);
        ComputationGraph made = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("sequence")
                .setInputTypes(InputType.recurrent(width, AttentionTime.TOKENS, RNNFormat.NWC))
                .addLayer(
                        "attention",
                        new PerformerAttentionLayer.Builder()
                                .attention(attention)
                                .build(),
                        "sequence")
                .setOutputs("attention")
                .build());
        made.init();
        return made;
    }
}
