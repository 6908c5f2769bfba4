package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.Adam;

/** Files of tiny models, drawn and not trained: width 8, one layer, windows of 32 tokens. */
final class PredictModels {
    static final int WINDOW = 32;

    private PredictModels() {}

    static Path sentiment(Path folder) throws IOException {
        return text(folder, new Classification(List.of("good", "bad", "so-so"), false, "none", null));
    }

    static Path topics(Path folder) throws IOException {
        return text(folder, new Classification(List.of("sport", "trade", "art"), true, "none", null));
    }

    static Path words(Path folder) throws IOException {
        return text(folder, new Tagging().with(List.of("NOUN", "O", "VERB")).tagging(true));
    }

    static Path residues(Path folder) throws IOException {
        return protein(folder, new Tagging().with(List.of("H", "E", "C")));
    }

    static Path families(Path folder) throws IOException {
        return protein(folder, new Classification(List.of("kinase", "globin"), false, "none", null));
    }

    static Path stability(Path folder) throws IOException {
        return protein(
                folder, new Regression().with(List.of("stability", "id"), List.of(10.0, 0.0), List.of(4.0, 1000.0)));
    }

    static Path text(Path folder, Task task) throws IOException {
        return save(folder, task, new ByteTokenizer(), ExampleColumns.defaults());
    }

    /** A model whose attention is causal. */
    static Path causal(Path folder, Task task) throws IOException {
        return save(folder, task, new ByteTokenizer(), ExampleColumns.defaults(), true);
    }

    static Path protein(Path folder, Task task) throws IOException {
        return save(folder, task, new ProteinTokenizer(), ExampleColumns.defaults());
    }

    static Path save(Path folder, Task task, Tokenizer tokenizer, ExampleColumns columns) throws IOException {
        return save(folder, task, tokenizer, columns, false);
    }

    private static Path save(Path folder, Task task, Tokenizer tokenizer, ExampleColumns columns, boolean causal)
            throws IOException {
        PerformerConfig config = PerformerConfig.defaults()
                .withCausal(causal)
                .withVocabulary(tokenizer.size())
                .with("maxTokens", WINDOW)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("layers", 1)
                .with("feedForward.hidden", 16)
                .with("attention.features", 8);
        ComputationGraph net = new ComputationGraph(config.graph(task, new Adam(0.01), 0, 5));
        net.init();
        if (!task.predictsTokens() && net.getLayer(HeadPlace.OUTPUT).numParams() > 0) {
            net.getLayer(HeadPlace.OUTPUT).getParam("W").muli(5); // so that answers differ
        }
        DataConfig data = DataConfig.defaults()
                .withTokens(tokenizer.kind())
                .withMaxTokens(WINDOW)
                .withTokensPerBatch(2048)
                .withColumns(columns);
        Path file = folder.resolve(task.name() + ".zip");
        ModelFile.save(
                file, net, ModelInfo.of(task, config, data, tokenizer, null, Provenance.unknown()), false, Map.of());
        return file;
    }

    static PerformerModel load(Path file) throws IOException {
        return ModelFile.load(file);
    }
}
