package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.GeneralizedFeatures;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.GraphRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The cases whose results a device is held to: together they launch every kernel of layers over whole sequences. */
final class VerifyCases {
    private static final int WIDTH = 16;
    private static final int HIDDEN = 24;
    private static final int TOKENS = 83; // more than a chunk
    private static final int BATCH = 2;

    /** Name of the case of a graph. */
    static final String GRAPH = "attention over a graph";

    /** φ of the case of a graph, exp of rows. */
    static final FeatureMap MAP =
            GeneralizedFeatures.of(FeatureFunction.EXP).withProjected(false).withoutEpsilon();

    private static final int NODES = 31;
    private static final int LENGTHS = 3;

    private VerifyCases() {}

    private static AttentionOptions options(String map) {
        return AttentionOptions.defaults().withHeads(2).withFeatures(24).withFeatureMap(FeatureMap.named(map));
    }

    private static VerifyCase of(String name, LayerProgram program) {
        return new VerifyCase(name, program, BATCH, List.of(TOKENS), true, false, Map.of());
    }

    private static VerifyCase packed(String name, LayerProgram program) {
        return new VerifyCase("packed, " + name, program, BATCH, List.of(TOKENS), false, true, Map.of());
    }

    private static LayerProgram attention(AttentionOptions options) {
        return new PerformerAttentionLayer.Builder()
                .name("layer")
                .attention(options)
                .width(WIDTH)
                .build()
                .program();
    }

    private static LayerProgram block(AttentionOptions options, FeedForward kind, double dropout) {
        return layer(options, kind, dropout).program();
    }

    private static PerformerBlockLayer layer(AttentionOptions options, FeedForward kind, double dropout) {
        return new PerformerBlockLayer.Builder()
                .name("layer")
                .attention(options)
                .feedForward(kind)
                .hidden(HIDDEN)
                .dropout(dropout)
                .width(WIDTH)
                .build();
    }

    private static LayerProgram adapted(AttentionOptions options) {
        PerformerBlockLayer layer = layer(options, FeedForward.SNNK, 0.1);
        layer.setAdapter(new Snnk(HIDDEN, 1));
        return layer.program();
    }

    private static LayerProgram pooled(Pooling kind) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", WIDTH);
        Value placed = p.place(x, new Places.Learned("places", TOKENS));
        return p.output(p.pool(p.scale(p.linear(placed, "W", "b", WIDTH), 0.7), kind));
    }

    /** Operations that know places, and those with a single number for all columns. */
    private static LayerProgram shifted(boolean causal) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", WIDTH);
        Value placed = p.place(x, new Places.Axial("rows", TOKENS / 9 + 1, "columns", 9));
        Value branch = p.linear(p.shift(p.scaleNorm(placed, "gain", 1e-5), causal), "W", "b", WIDTH);
        return p.output(p.add(placed, p.multiply(branch, "alpha")));
    }

    /** Returns the kernel of a ring of nodes with chords. */
    static GraphFactor factor() {
        Graph.Builder graph = new Graph.Builder(NODES);
        for (int i = 0; i < NODES; i++) {
            graph.edge(i, (i + 1) % NODES, 1);
            if (i % 5 == 0) {
                graph.edge(i, (i + 7) % NODES, 0.5);
            }
        }
        return new GraphRandomFeatures(4, 0.3, LENGTHS).draw(graph.build(), 1, 0);
    }

    /** Returns attention of nodes to themselves over a graph, by features that are exponentials of rows. */
    static VerifyCase graph() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("nodes", WIDTH);
        Value entries = p.input("graph", GraphRows.width(LENGTHS));
        AttentionOptions options = AttentionOptions.defaults().withHeads(2).withFeatureMap(MAP);
        float[] rows = CasePass.flat(GraphRows.of(factor()));
        return new VerifyCase(
                GRAPH,
                p.output(p.attendGraph(x, x, x, entries, options, List.of(), "")),
                1,
                List.of(NODES, rows.length / GraphRows.width(LENGTHS)),
                false,
                false,
                Map.of(1, rows));
    }

    /** Returns all cases. */
    static List<VerifyCase> all() {
        List<VerifyCase> cases = new ArrayList<>();
        AttentionOptions positive = options("positive");
        AttentionOptions causal = positive.withCausal(true);
        AttentionOptions exact = positive.withKind(AttentionOptions.Kind.EXACT);
        cases.add(of("block, GELU", block(positive, FeedForward.GELU, 0)));
        cases.add(of("block, causal, GEGLU, dropout", block(causal, FeedForward.GEGLU, 0.2)));
        cases.add(of("block, ReLU, temperatures", block(positive.withTemperature(true), FeedForward.RELU, 0)));
        cases.add(of("block, random features, adapters", adapted(positive)));
        cases.add(of("exact", attention(exact)));
        cases.add(of("exact, causal, window", attention(exact.withCausal(true).withWindow(7))));
        cases.add(of("causal, fixed decay", attention(causal.withDecay(new Decay(false, 3, 30, 0)))));
        cases.add(of("causal, selective decay", attention(causal.withDecay(new Decay(true, 3, 30, 0)))));
        cases.add(of("fixed decay", attention(positive.withDecay(new Decay(false, 3, 30, 0)))));
        cases.add(of("selective decay", attention(positive.withDecay(new Decay(true, 3, 30, 0)))));
        cases.add(of(
                "rotary, convolution, gate",
                attention(causal.withRotary(new Rotary(100, 1, false))
                        .withConvolution(4)
                        .withGate(true))));
        cases.add(of(
                "grouped keys, norms of queries and keys",
                attention(positive.withKeyHeads(1).withQueryKeyNorm(QueryKeyNorm.RMS))));
        cases.add(of(
                "groups of heads",
                attention(causal.withGroups(List.of(
                        HeadGroup.linear(1, MAP, 24).seeing(causal.sees().withDecay(new Decay(false, 3, 30, 0))),
                        HeadGroup.exact(1).seeing(causal.sees().withWindow(7)))))));
        cases.add(of("learned projection", attention(positive.withLearnedProjection(true))));
        for (String map : List.of(
                "trigonometric", "hyperbolic", "relu", "elu-plus-one", "gerf", "oprf", "poisson", "hybrid-clustered")) {
            cases.add(of(map, attention(options(map))));
        }
        cases.add(of(
                "hybrid-gaussian",
                attention(options("hybrid-gaussian").withFeatures(240)))); // of few, denominators come near 0
        cases.add(of("pooled", pooled(Pooling.MEAN)));
        cases.add(of("pooled, largest", pooled(Pooling.MAX)));
        cases.add(of("token shift, ScaleNorm, ReZero, axial", shifted(false)));
        cases.add(of("causal, token shift, ScaleNorm, ReZero, axial", shifted(true)));
        cases.add(of(
                "exact, slopes, window, global tokens",
                attention(exact.withDecay(Decay.slopes()).withWindow(7).withGlobalTokens(3))));
        Decay selective = new Decay(true, 3, 30, 0);
        cases.add(packed(
                "convolution, rotary", attention(positive.withConvolution(3).withRotary(new Rotary(100, 1, false)))));
        cases.add(packed("selective decay", attention(positive.withDecay(selective))));
        cases.add(packed("causal, selective decay", attention(causal.withDecay(selective))));
        cases.add(packed("causal, exact", attention(exact.withCausal(true))));
        cases.add(packed("token shift, ScaleNorm, ReZero, axial", shifted(false)));
        cases.add(graph());
        return cases;
    }
}
