package io.github.performer4j.checkpoint;

import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.graph.GraphConfig;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Models of format 2 that {@link GoldenV2} stores beside those of tasks: nets of two inputs, of rows of floats, of reversible blocks, with weights made of several parameters, and with each kind of positions. */
final class GoldenKinds {
    private static final float[][] TARGET = {{2, 5, 7, 6, 8}};
    private static final float[][] SOURCE = {{2, 9, 8, 5, 6, 7, 3}};
    private static final int FLOATS = 4;
    private static final int LENGTHS = 3;

    private GoldenKinds() {}

    /** Adds the models, by the name of their file. */
    static void add(Map<String, PerformerModel> all) {
        all.put("pixels", pixels());
        all.put("translate", translate());
        DataConfig data = DataConfig.defaults().withTokens("byte").withFraming(Framing.BOTH);
        all.put("patches", rows(data.withImages(new ImageShape(10, 2, 1)).withPatch(2), Map.of()));
        GraphConfig walks =
                new GraphConfig("grf", 5, 0.3, LENGTHS, null, 1, List.of("C", "H", "N", "O"), List.of(), List.of());
        all.put(
                "graphs",
                rows(
                        data.withGraph(walks),
                        Map.of("embedding.positions", "none", "embedding.graphLengths", walks.channels())));
        all.put("low-rank", updated(false));
        all.put("adapters", updated(true));
        masked().forEach((name, changes) -> all.put(
                name,
                Samples.model(
                        new MaskedLanguageModel(),
                        Framing.BOTH,
                        new ProteinTokenizer(),
                        Samples.config(Framing.BOTH, new ProteinTokenizer().size(), 8)
                                .with(changes),
                        41)));
    }

    /** Returns what changes in bodies of masked language models. */
    private static Map<String, Map<String, Object>> masked() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.put("reversible", Map.of("reversible", true, "layers", 2));
        all.put("orthogonal", Map.of("attention.orthogonal", "qk", "attention.temperature", true));
        all.put("learned-projection", Map.of("attention.learnedProjection", true, "attention.gate", true));
        all.put("fitted", Map.of("attention.featureMap", "sderf", "attention.statistics", "running"));
        all.put("buckets", Map.of("embedding.positions", "none", "attention.positions", "buckets"));
        all.put(
                "offsets",
                Map.of(
                        "embedding.positions",
                        "none",
                        "attention.positions",
                        "toeplitz",
                        "attention.queryKeyNorm",
                        "rms"));
        all.put("fourier", Map.of("embedding.positions", "none", "attention.positions", "fourier"));
        all.put("prefix", Map.of("attention.prefix", 3));
        all.put("axial", Map.of("embedding.positions", "axial", "tokenShift", true));
        all.put("hybrid", Map.of("layers", 2, "exactEvery", 2, "norm.placement", "rezero", "feedForward.kind", "snnk"));
        return all;
    }

    private static PerformerModel pixels() {
        ByteTokenizer bytes = new ByteTokenizer();
        return Samples.model(new PixelModel(2, 3, 1), Framing.START, bytes, 8, 43);
    }

    private static PerformerModel translate() {
        CharacterTokenizer letters = new CharacterTokenizer("abcd ".codePoints().toArray());
        PerformerConfig config =
                Samples.config(Framing.BOTH, letters.size(), 8).withCausal(true).with("encoder.layers", 1);
        return Samples.model(new Translation(), Framing.BOTH, letters, config, 47);
    }

    /** Patches of images, or nodes of graphs. */
    private static PerformerModel rows(DataConfig data, Map<String, Object> changes) {
        ByteTokenizer tokenizer = new ByteTokenizer();
        PerformerConfig config = Samples.config(Framing.BOTH, tokenizer.size(), 8)
                .with("embedding.rowSize", FLOATS)
                .with(changes);
        Task task = new Classification(List.of("a", "b", "c"), false, "none", null);
        ComputationGraph net = new ComputationGraph(config.graph(task, new NoOp(), 0, 53));
        net.init();
        DataConfig read = data.withMaxTokens(Samples.MAX_TOKENS);
        return new PerformerModel(net, ModelInfo.of(task, config, read, tokenizer, null, Provenance.unknown()));
    }

    private static PerformerModel updated(boolean adapters) {
        PerformerModel base = Samples.causal(59);
        ComputationGraph net = adapters
                ? SnnkAdapters.attach(base.net(), new Snnk(5, 17))
                : LowRankAdapters.attach(base.net(), new LowRank(2, 4, 0, Set.of("Wq", "W1")));
        Samples.train(net, base.info().tokenizer().size(), 0); // else their second half is 0
        return new PerformerModel(net, base.info());
    }

    /** Returns the inputs of a model that does not read one row of ids; null for the others. */
    static INDArray[] inputs(PerformerModel model) {
        PerformerConfig config = model.info().model();
        if (config.encoder().layers() > 0) {
            return new INDArray[] {Nd4j.createFromArray(TARGET), Nd4j.createFromArray(SOURCE)}; // [1,T], [1,S]
        }
        if (config.embedding().rowSize() == 0) {
            return null;
        }
        double[][] rows = new double[5][FLOATS];
        for (int t = 0; t < rows.length; t++) {
            for (int i = 0; i < FLOATS; i++) {
                rows[t][i] = Math.sin(3 * t + i + 1);
            }
        }
        if (config.embedding().graphLengths() == 0) {
            return new INDArray[] {Nd4j.createFromArray(new double[][][] {rows}).castTo(DataType.FLOAT)}; // [1,T,F]
        }
        Graph graph = new Graph.Builder(rows.length)
                .edge(0, 1, 1)
                .edge(1, 2, 0.5)
                .edge(2, 3, 2)
                .edge(0, 3, 1)
                .build();
        GraphArrays arrays = GraphArrays.of(
                List.<double[][]>of(rows),
                List.of(new GraphRandomFeatures(5, 0.3, LENGTHS).draw(graph, 1, 0)),
                DataType.FLOAT);
        return new INDArray[] {arrays.nodes(), arrays.entries()};
    }
}
