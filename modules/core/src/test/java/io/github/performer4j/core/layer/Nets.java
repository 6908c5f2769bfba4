package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Small nets for tests; dimensions are distinct primes where heads allow it. */
public final class Nets {
    public static final int VOCABULARY = 11;
    static final int WIDTH = 14;
    static final int HEADS = 2; // D = 7

    private Nets() {}

    /** Returns a masked language model: 3 blocks, ReLU features, no dropout. */
    public static PerformerConfig config() {
        return PerformerConfig.defaults()
                .with("embedding.vocabulary", VOCABULARY)
                .with("maxTokens", 131)
                .with("attention.heads", HEADS)
                .with("width", WIDTH)
                .with("layers", 3)
                .with("feedForward.hidden", 17)
                .with("attention.features", 6)
                .with("attention.featureMap", "relu")
                .with("attention.redrawInterval", 2)
                .with("dropout", 0);
    }

    public static ComputationGraph graph(PerformerConfig config, DataType type) {
        return graph(config, type, new Adam(1e-2));
    }

    public static ComputationGraph graph(PerformerConfig config, DataType type, IUpdater updater) {
        return graph(config, languageModel(config), type, updater);
    }

    /** Returns the language model that goes with the direction of attention. */
    public static Task languageModel(PerformerConfig config) {
        return config.attention().causal() ? new CausalLanguageModel() : new MaskedLanguageModel();
    }

    public static ComputationGraph graph(PerformerConfig config, Task task, DataType type, IUpdater updater) {
        ComputationGraph net = new ComputationGraph(config.graph(task, updater, 0, 29, type));
        net.init();
        return roughen(net);
    }

    /** Returns a net of one layer of attention, [B,T,E] in float64, its parameters off their special values. */
    static MultiLayerNetwork attention(AttentionOptions options, int width, int tokens) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new PerformerAttentionLayer.Builder().attention(options).build())
                .layer(new RnnOutputLayer.Builder()
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(width, tokens, RNNFormat.NWC))
                .build());
        net.init();
        return roughen(net);
    }

    /** Moves all parameters off their special values (biases 0, gains 1, tiny embeddings), so that no gradient hides. */
    static ComputationGraph roughen(ComputationGraph net) {
        net.setParams(roughened(net.params()));
        return net;
    }

    static MultiLayerNetwork roughen(MultiLayerNetwork net) {
        net.setParams(roughened(net.params()));
        return net;
    }

    private static INDArray roughened(INDArray params) {
        return params.add(Samples.gaussian(params.dataType(), 31, 0.2, params.shape()));
    }

    public static PerformerConfig causal() {
        return config().withCausal(true);
    }

    public static Feed feed(ComputationGraph net, INDArray x, INDArray y, INDArray mask, INDArray labelMask) {
        return new Feed(x, y, mask, labelMask) {
            @Override
            public void set() {
                net.setInputs(x);
                net.setLabels(y);
                if (mask != null || labelMask != null) {
                    net.setLayerMaskArrays(
                            mask == null ? null : new INDArray[] {mask},
                            labelMask == null ? null : new INDArray[] {labelMask});
                }
            }

            @Override
            public double score() {
                return net.score(data(), true);
            }
        };
    }

    public static Feed feed(MultiLayerNetwork net, INDArray x, INDArray y, INDArray mask, INDArray labelMask) {
        return new Feed(x, y, mask, labelMask) {
            @Override
            public void set() {
                net.setInput(x);
                net.setLabels(y);
                if (mask != null || labelMask != null) {
                    net.setLayerMaskArrays(mask, labelMask);
                }
            }

            @Override
            public double score() {
                return net.score(data(), true);
            }
        };
    }

    /** Returns a batch of several inputs; {@link Feed#data} has none of it. */
    static Feed feed(ComputationGraph net, MultiDataSet data) {
        return new Feed(null, null, null, null) {
            @Override
            public void set() {
                net.setInputs(data.getFeatures());
                net.setLabels(data.getLabels());
                net.setLayerMaskArrays(data.getFeaturesMaskArrays(), data.getLabelsMaskArrays());
            }

            @Override
            public double score() {
                return net.score(data, true);
            }
        };
    }

    /** A batch for one net. */
    public abstract static class Feed {
        private final INDArray x;
        private final INDArray y;
        private final INDArray mask;
        private final INDArray labelMask;

        Feed(INDArray x, INDArray y, INDArray mask, INDArray labelMask) {
            this.x = x;
            this.y = y;
            this.mask = mask;
            this.labelMask = labelMask;
        }

        /** Gives the net the batch, for computeGradientAndScore. */
        public abstract void set();

        /** Returns the score of a training pass. */
        public abstract double score();

        public final DataSet data() {
            return new DataSet(x, y, mask, labelMask);
        }
    }

    /** Returns one-hot labels [B,V,T] (Deeplearning4j's own order) from ids [B,T]. */
    public static INDArray oneHot(INDArray ids, int classes) {
        INDArray out = Nd4j.create(ids.dataType(), ids.size(0), classes, ids.size(1));
        for (long b = 0; b < ids.size(0); b++) {
            for (long t = 0; t < ids.size(1); t++) {
                out.putScalar(new long[] {b, ids.getInt((int) b, (int) t), t}, 1);
            }
        }
        return out;
    }
}
