package io.github.performer4j.examples;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.math.Activation;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A layer of your own: attention and a gated feed-forward side by side, {@code x + attend(norm(x)) + feed(norm(x))}, as GPT-J and PaLM have it (arXiv 2204.02311).
 *
 * <p>It says what it computes once, as a program. SameDiff graph and kernels, gradients, parameters and their initialisation, JSON and zip follow.
 */
public class ParallelBlock extends ProgramLayer {
    private int heads = 2;
    private int hidden = 32;

    /** For Deeplearning4j's JSON. */
    protected ParallelBlock() {}

    protected ParallelBlock(Builder builder) {
        super(builder);
        heads = builder.heads;
        hidden = builder.hidden;
        settled(builder);
    }

    @Override
    public LayerProgram program() {
        int width = getWidth();
        AttentionOptions options =
                AttentionOptions.defaults().withHeads(heads).withFeatures(64).withCausal(true);
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", width);
        Value normed = p.norm(x, "gain", null, 1e-5);
        Value q = p.linear(normed, "Wq", null, width);
        Value k = p.linear(normed, "Wk", null, width);
        Value v = p.linear(normed, "Wv", null, width);
        Value attended = p.linear(p.attend(q, k, v, options, ""), "Wo", null, width);
        Value z = p.linear(normed, "W1", null, hidden);
        Value gate = p.linear(normed, "W3", null, hidden);
        Value fed = p.linear(p.gate(Activation.SILU, z, gate), "W2", null, width);
        return p.output(p.add(p.add(x, attended), fed));
    }

    /** Returns H. */
    public int getHeads() {
        return heads;
    }

    public void setHeads(int heads) {
        this.heads = heads;
    }

    /** Returns F. */
    public int getHidden() {
        return hidden;
    }

    public void setHidden(int hidden) {
        this.hidden = hidden;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private int heads = 2;
        private int hidden = 32;

        /** Sets H; 2 by default. */
        public Builder heads(int value) {
            heads = value;
            return this;
        }

        /** Sets F; 32 by default. */
        public Builder hidden(int value) {
            hidden = value;
            return this;
        }

        @Override
        public ParallelBlock build() {
            return new ParallelBlock(this);
        }
    }

    /** Builds two such blocks and a head that names one of {@code classes} at each token, on inputs [B,T,inputs]. */
    static MultiLayerNetwork net(int inputs, int classes, int tokens, long seed) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(1e-2))
                .list()
                .layer(new Builder().build())
                .layer(new Builder().hidden(24).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(classes)
                        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(inputs, tokens, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }
}
