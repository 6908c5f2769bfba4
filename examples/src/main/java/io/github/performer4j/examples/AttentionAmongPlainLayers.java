package io.github.performer4j.examples;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Locale;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A {@link PerformerAttentionLayer} between plain Deeplearning4j layers, in a {@link MultiLayerNetwork} with Deeplearning4j's own
 * sequence format [B,E,T].
 *
 * <p>The task needs attention: each sequence holds one token with a flag and one of four symbols, at a random place; every position has
 * to name that symbol, positions before it included, which a recurrent layer cannot see.
 */
public final class AttentionAmongPlainLayers {
    private static final int SYMBOLS = 4;
    private static final int INPUTS = SYMBOLS + 1;
    private static final int BATCH = 32;

    private AttentionAmongPlainLayers() {}

    /** Builds recurrent layer, attention, output. */
    static MultiLayerConfiguration configuration(int tokens, long seed) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(1e-2))
                .list()
                .layer(new SimpleRnn.Builder()
                        .nOut(32)
                        .activation(Activation.TANH)
                        .build())
                .layer(new PerformerAttentionLayer.Builder()
                        .attention(AttentionOptions.defaults().withHeads(2).withFeatures(64))
                        .build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(SYMBOLS)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(INPUTS, tokens))
                .build();
    }

    /**
     * Draws sequences: features [B,5,T], of which the first four are a symbol (one-hot) and the last the flag; labels [B,4,T].
     *
     * @param tokens T
     * @param seed of the draw
     */
    static DataSet draw(int tokens, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        INDArray features = Nd4j.zeros(BATCH, INPUTS, tokens);
        INDArray labels = Nd4j.zeros(BATCH, SYMBOLS, tokens);
        for (int b = 0; b < BATCH; b++) {
            int flagged = random.nextInt(tokens);
            int answer = 0;
            for (int t = 0; t < tokens; t++) {
                int symbol = random.nextInt(SYMBOLS);
                features.putScalar(b, symbol, t, 1);
                if (t == flagged) {
                    features.putScalar(b, SYMBOLS, t, 1);
                    answer = symbol;
                }
            }
            for (int t = 0; t < tokens; t++) {
                labels.putScalar(b, answer, t, 1);
            }
        }
        return new DataSet(features, labels);
    }

    /**
     * Trains on fresh sequences at each step.
     *
     * @param tokens T
     * @param steps parameter updates
     * @param seed of parameters and sequences
     * @return share of the positions of new sequences that name the flagged symbol; 0.25 is chance
     */
    public static double accuracy(int tokens, int steps, long seed) {
        MultiLayerNetwork net = new MultiLayerNetwork(configuration(tokens, seed));
        net.init();
        for (int step = 0; step < steps; step++) {
            net.fit(draw(tokens, CounterRandom.mix(seed, step)));
        }
        DataSet fresh = draw(tokens, CounterRandom.mix(seed, steps));
        INDArray named = net.output(fresh.getFeatures()).argMax(1); // [B,T]
        INDArray right = named.eq(fresh.getLabels().argMax(1)).castTo(DataType.FLOAT);
        return right.meanNumber().doubleValue();
    }

    /** Trains 300 steps. */
    public static void main(String[] args) {
        System.out.printf(Locale.ROOT, "accuracy %.3f (chance 0.25)%n", accuracy(24, 300, 1));
    }
}
