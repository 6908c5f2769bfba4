package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A small float32 net with one of our layers, {@code layer}, its batch, and parameters that depend on the kind of layer only. */
final class SettingsCase {
    static final double RATE = 0.1;

    private static final int B = 2;
    private static final int T = 4;
    private static final int E = 6;
    private static final int V = 7;

    /** Our layers. */
    enum Kind {
        EMBEDDING(() -> new TokenEmbeddingLayer.Builder().vocabulary(V).width(E)),
        ROWS(() -> new RowEmbeddingLayer.Builder().size(E).width(E)),
        TABLE(null),
        POSITIONS(() -> new PositionLayer.Builder().tokens(T).width(E)),
        ATTENTION(() -> new PerformerAttentionLayer.Builder().width(E).attention(options())),
        BLOCK(() -> new PerformerBlockLayer.Builder().width(E).hidden(5).attention(options())),
        REVERSIBLE(() -> new ReversibleBlocksLayer.Builder()
                .width(E)
                .blocks(2, BlockSettings.of(options()).withFeedForward(FeedForward.GELU, 5))),
        CROSS(() -> new CrossAttentionLayer.Builder().width(E).memoryWidth(E).attention(options())),
        DECODER(() -> new PerformerDecoderBlockLayer.Builder()
                .width(E)
                .memoryWidth(E)
                .hidden(5)
                .attention(options().withCausal(true))
                .crossAttention(options())),
        GRAPH(() ->
                new GraphKernelAttentionLayer.Builder().width(E).memoryWidth(4).attention(options())),
        GRAPH_BLOCK(() -> new GraphKernelBlockLayer.Builder()
                .width(E)
                .memoryWidth(4)
                .hidden(5)
                .attention(options())),
        NORM(() -> new LayerNormLayer.Builder().width(E)),
        POOLING(null),
        HEAD(() -> new LanguageModelHeadLayer.Builder().vocabulary(V).width(E)),
        LOSS(null);

        private final Supplier<GraphLayer.Builder<?>> builder;

        Kind(Supplier<GraphLayer.Builder<?>> builder) {
            this.builder = builder;
        }

        boolean hasBuilder() {
            return builder != null;
        }

        boolean takesIds() {
            return this == EMBEDDING || this == TABLE;
        }

        boolean takesTwo() {
            return this == CROSS || this == DECODER || overGraphs();
        }

        /** Returns whether the second input is a graph: entries of one length. */
        boolean overGraphs() {
            return this == GRAPH || this == GRAPH_BLOCK;
        }

        private static AttentionOptions options() {
            return AttentionOptions.defaults().withHeads(2).withFeatures(4);
        }
    }

    private final Kind kind;
    private final ComputationGraph net;
    private final Map<String, INDArray> initial = new LinkedHashMap<>();

    private SettingsCase(Kind kind, ComputationGraph net) {
        this.kind = kind;
        this.net = net;
        net.init();
        layer().paramTable().forEach((name, p) -> initial.put(name, p.dup()));
        net.setParams(Samples.gaussian(DataType.FLOAT, 31, 0.5, net.params().shape()));
    }

    static SettingsCase of(
            Kind kind, Consumer<GraphLayer.Builder<?>> ofLayer, Consumer<NeuralNetConfiguration.Builder> ofNet) {
        return of(kind, ofLayer, ofNet, null);
    }

    /**
     * Makes a case.
     *
     * @param ofLayer what the layer's builder is told; of no use for layers without one
     * @param ofNet what is told for all layers
     * @param dropout of all layers, the layer below and the one above excepted; null for none
     */
    static SettingsCase of(
            Kind kind,
            Consumer<GraphLayer.Builder<?>> ofLayer,
            Consumer<NeuralNetConfiguration.Builder> ofNet,
            IDropout dropout) {
        NeuralNetConfiguration.Builder all = new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(DataType.FLOAT)
                .updater(new Sgd(RATE))
                .miniBatch(false);
        if (dropout != null) {
            all.dropOut(dropout);
        }
        ofNet.accept(all);
        GraphBuilder graph = all.graphBuilder().addInputs(kind.overGraphs() ? List.of("x", "graph") : List.of("x"));
        switch (kind) {
            case TABLE ->
                graph.addLayer("layer", new EmbeddingTableLayer(V, E), "x")
                        .addVertex("lookup", new EmbeddingLookupVertex(), "x", "layer");
            case POOLING -> graph.addLayer("layer", new SequencePoolingLayer(), "x");
            case LOSS -> graph.addLayer("below", below(), "x").addLayer("layer", new TokenLossLayer(), "below");
            default -> {
                GraphLayer.Builder<?> builder = kind.builder.get();
                builder.name("layer");
                ofLayer.accept(builder);
                GraphLayer layer = builder.build();
                if (kind.takesTwo()) {
                    graph.addVertex("sides", new SidesVertex(), "x", kind.overGraphs() ? "graph" : "x");
                }
                graph.addLayer("layer", layer, kind.takesTwo() ? "sides" : "x");
            }
        }
        switch (kind) {
            case HEAD, LOSS -> graph.setOutputs("layer");
            case POOLING ->
                graph.addLayer(
                                "out",
                                new OutputLayer.Builder(LossFunction.MSE)
                                        .nIn(E)
                                        .nOut(2)
                                        .activation(Activation.IDENTITY)
                                        .dropOut(new Dropout(1))
                                        .build(),
                                "layer")
                        .setOutputs("out");
            default ->
                graph.addLayer(
                                "out",
                                new RnnOutputLayer.Builder(LossFunction.MSE)
                                        .nIn(E)
                                        .nOut(2)
                                        .activation(Activation.IDENTITY)
                                        .dataFormat(RNNFormat.NWC)
                                        .dropOut(new Dropout(1))
                                        .build(),
                                kind == Kind.TABLE ? "lookup" : "layer")
                        .setOutputs("out");
        }
        return new SettingsCase(kind, new ComputationGraph(graph.build()));
    }

    private static GraphLayer below() {
        return new LayerNormLayer.Builder().width(V).dropOut(1).build();
    }

    private GraphRuntime layer() {
        return (GraphRuntime) net.getLayer("layer");
    }

    private INDArray x() {
        return kind.takesIds()
                ? Samples.ids(DataType.FLOAT, 3, V, B, T)
                : Samples.gaussian(DataType.FLOAT, 3, 1, B, T, kind == Kind.LOSS ? V : E);
    }

    /** Returns x, and of layers over graphs the entries of a path 0 – 1 – 2 – 3 with each node itself. */
    private INDArray[] inputs() {
        if (!kind.overGraphs()) {
            return new INDArray[] {x()};
        }
        Graph path = new Graph.Builder(T).edge(0, 1).edge(1, 2).edge(2, 3).build();
        GraphFactor factor = GraphFactor.adjacency(path);
        return new INDArray[] {
            x(),
            GraphArrays.of(Collections.nCopies(B, new double[T][1]), Collections.nCopies(B, factor), DataType.FLOAT)
                    .entries()
        };
    }

    private MultiDataSet data() {
        return new MultiDataSet(inputs(), new INDArray[] {y()});
    }

    private INDArray y() {
        return switch (kind) {
            case HEAD, LOSS -> Samples.ids(DataType.FLOAT, 5, V, B, T);
            case POOLING -> Samples.gaussian(DataType.FLOAT, 5, 1, B, 2);
            default -> Samples.gaussian(DataType.FLOAT, 5, 1, B, T, 2);
        };
    }

    /** Returns the layer's parameters as initialised. */
    Map<String, INDArray> initial() {
        return initial;
    }

    /** Returns the layer's parameters as they are. */
    Map<String, INDArray> parameters() {
        Map<String, INDArray> copy = new LinkedHashMap<>();
        layer().paramTable().forEach((name, p) -> copy.put(name, p.dup()));
        return copy;
    }

    boolean isWeight(String name) {
        return layer().definition().getLayerParams().isWeightParam(name);
    }

    /** Returns a copy of the net after one step. */
    ComputationGraph stepped() {
        ComputationGraph copy = net.clone();
        copy.fit(data());
        return copy;
    }

    /** Returns the layer's parameters after one step; the net stays. */
    Map<String, INDArray> step() {
        return stepped().getLayer("layer").paramTable();
    }

    /** Returns what the layer adds to the score. */
    double penalty() {
        return layer().calcRegularizationScore(true);
    }

    double score() {
        return net.score(data());
    }

    /** Returns what comes out of the layer. */
    INDArray activation(boolean training) {
        return net.feedForward(inputs(), training).get("layer").dup('c');
    }
}
