package io.github.performer4j.examples;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.LanguageModelHeadLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PerformerDecoderBlockLayer;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * An encoder and a decoder, as for translation: the target is the source read backwards, so that each of its tokens depends on one of the source, which the decoder finds by attention.
 *
 * <p>The decoder reads the target one token late, after a token that begins it, and sees no later ones: in training all at once, in use one after the other.
 */
public final class ReverseSequences {
    private static final int SYMBOLS = 8;
    private static final int BEGIN = SYMBOLS;
    private static final int LONGEST = 8;
    private static final int SHORTEST = 5;
    private static final int WIDTH = 32;
    private static final int BATCH = 32;

    private ReverseSequences() {}

    /** Builds embeddings, a block of the encoder, one of the decoder, and the head. */
    static ComputationGraph net(AttentionOptions attention, int steps, long seed) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(new WarmupSchedule(1e-2, 20, WarmupSchedule.Shape.COSINE, 20, steps, 0.02)))
                .graphBuilder()
                .addInputs("source", "target")
                .addLayer("source-embedding", embedding(), "source")
                .addLayer("source-positions", positions(), "source-embedding")
                .addLayer(
                        "encoder",
                        new PerformerBlockLayer.Builder().attention(attention).build(),
                        "source-positions")
                .addLayer("target-embedding", embedding(), "target")
                .addLayer("target-positions", positions(), "target-embedding")
                .addVertex("sides", new SidesVertex(), "target-positions", "encoder")
                .addLayer(
                        "decoder",
                        new PerformerDecoderBlockLayer.Builder()
                                .attention(attention.withCausal(true))
                                .crossAttention(attention)
                                .build(),
                        "sides")
                .addLayer(
                        "head",
                        new LanguageModelHeadLayer.Builder().vocabulary(SYMBOLS).build(),
                        "decoder")
                .setOutputs("head")
                .setInputTypes(
                        InputType.recurrent(1, LONGEST, RNNFormat.NWC), InputType.recurrent(1, LONGEST, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    private static TokenEmbeddingLayer embedding() {
        return new TokenEmbeddingLayer.Builder()
                .vocabulary(SYMBOLS + 1)
                .width(WIDTH)
                .build();
    }

    private static PositionLayer positions() {
        return new PositionLayer.Builder().tokens(LONGEST).build();
    }

    /** Draws sources of five to eight symbols, what the decoder reads, and what it is to say; all [B,8], padded at the end. */
    static MultiDataSet draw(long seed) {
        CounterRandom random = CounterRandom.of(seed);
        INDArray source = Nd4j.zeros(BATCH, LONGEST);
        INDArray target = Nd4j.zeros(BATCH, LONGEST);
        INDArray labels = Nd4j.zeros(BATCH, LONGEST);
        INDArray mask = Nd4j.zeros(BATCH, LONGEST);
        for (int b = 0; b < BATCH; b++) {
            int length = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
            for (int t = 0; t < length; t++) {
                int symbol = random.nextInt(SYMBOLS);
                source.putScalar(b, t, symbol);
                labels.putScalar(b, length - 1 - t, symbol);
                mask.putScalar(b, t, 1);
            }
            target.putScalar(b, 0, BEGIN);
            for (int t = 1; t < length; t++) {
                target.putScalar(b, t, labels.getDouble(b, t - 1));
            }
        }
        return new MultiDataSet(
                new INDArray[] {source, target}, new INDArray[] {labels}, new INDArray[] {mask, mask}, new INDArray[] {
                    mask
                });
    }

    /**
     * Trains on fresh sequences at each step.
     *
     * @return share of the tokens of new targets that the decoder says, one after the other, from the sources alone; 0.125 is chance
     */
    public static double accuracy(AttentionOptions attention, int steps, long seed) {
        ComputationGraph net = net(attention, steps, seed);
        for (int step = 0; step < steps; step++) {
            net.fit(draw(CounterRandom.mix(seed, step)));
        }
        MultiDataSet fresh = draw(CounterRandom.mix(seed, steps));
        INDArray mask = fresh.getFeaturesMaskArray(0);
        INDArray said = decode(net, fresh.getFeatures(0), mask);
        INDArray right = said.eq(fresh.getLabels(0)).castTo(DataType.FLOAT).muli(mask);
        return right.sumNumber().doubleValue() / mask.sumNumber().doubleValue();
    }

    /** Returns what the decoder says: at each place the most likely symbol after those that it has said before, [B,8]. */
    private static INDArray decode(ComputationGraph net, INDArray source, INDArray mask) {
        INDArray target = Nd4j.valueArrayOf(new long[] {BATCH, LONGEST}, BEGIN, DataType.FLOAT);
        INDArray said = Nd4j.zeros(BATCH, LONGEST);
        for (int t = 0; t < LONGEST; t++) {
            INDArray all = net.output(false, new INDArray[] {source, target}, new INDArray[] {mask, null})[0];
            INDArray next = all.argMax(2).castTo(DataType.FLOAT).getColumn(t).dup();
            said.putColumn(t, next);
            if (t + 1 < LONGEST) {
                target.putColumn(t + 1, next);
            }
        }
        return said;
    }

    /** Trains 400 steps with linear attention. */
    public static void main(String[] args) {
        AttentionOptions linear = AttentionOptions.defaults().withHeads(2).withFeatures(64);
        System.out.printf(Locale.ROOT, "accuracy %.3f (chance 0.125)%n", accuracy(linear, 400, 1));
    }
}
