package io.github.performer4j.benchmarks.estimates;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.kernels.CounterRandom;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * How long an attention layer with a map takes: forward and backward, float32, bidirectional, one sequence of {@value #TOKENS} tokens, {@value #HEADS}
 * heads, with its projections of queries, keys, values and output, driven as Deeplearning4j drives it. How W was drawn makes no difference.
 */
public final class AttentionTime {
    static final int TOKENS = 1024;
    static final int HEADS = 4;
    private static final int WARM_UP = 2;
    private static final int RUNS = 9;
    /** Slow layers have fewer runs: after this none starts, but one to warm up and one to time are made. */
    private static final double SECONDS = 0.4;

    private AttentionTime() {}

    /**
     * Returns the median of {@value #RUNS} runs, of fewer if they take longer than 0.4 seconds, in microseconds for each token.
     *
     * @param features columns M
     * @param headSize D
     * @param seed of weights and inputs
     */
    public static double microsPerToken(FeatureMap map, int features, int headSize, long seed) {
        int width = HEADS * headSize;
        ComputationGraph net = net(map, features, width, seed);
        INDArray x = uniform(width, seed);
        INDArray error = uniform(width, seed + 1);
        double[] nanos = new double[RUNS];
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        for (int run = 0; run < WARM_UP && (run == 0 || System.nanoTime() < end); run++) {
            step(net, x, error);
        }
        int runs = 0;
        while (runs < RUNS && (runs == 0 || System.nanoTime() < end)) {
            long start = System.nanoTime();
            step(net, x, error);
            nanos[runs++] = System.nanoTime() - start;
        }
        net.close();
        Arrays.sort(nanos, 0, runs);
        return nanos[runs / 2] / 1000 / TOKENS;
    }

    private static void step(ComputationGraph net, INDArray x, INDArray error) {
        net.feedForward(new INDArray[] {x}, true, false);
        net.backpropGradient(error);
    }

    private static INDArray uniform(int width, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        float[] values = new float[TOKENS * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble() - 0.5f;
        }
        return Nd4j.createFromArray(values).reshape(1, TOKENS, width);
    }

    private static ComputationGraph net(FeatureMap map, int features, int width, long seed) {
        AttentionOptions attention = AttentionOptions.defaults()
                .withHeads(HEADS)
                .withFeatureMap(map)
                .withProjection(Projection.IID)
                .withFeatures(features)
                .withRedrawInterval(0);
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("sequence")
                .setInputTypes(InputType.recurrent(width, TOKENS, RNNFormat.NWC))
                .addLayer(
                        "attention",
                        new PerformerAttentionLayer.Builder()
                                .attention(attention)
                                .build(),
                        "sequence")
                .setOutputs("attention")
                .build());
        net.init();
        return net;
    }
}
