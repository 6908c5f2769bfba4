package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.Architecture;
import io.github.performer4j.checkpoint.imports.Blueprint;
import io.github.performer4j.checkpoint.imports.ForeignConfig;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.MaskedHead;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.imports.Vocabulary;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A family of models that performer4j does not know, brought in by one class: what its configuration means here, and which of its tensors make which parameter. This one is made up, "kite": an encoder with root-mean-square norms in front,
 * rotary positions, and one tensor each for queries, keys and values and for the two halves of a gated feed-forward.
 *
 * <pre>
 * x_t = token.weight[id_t]
 * x  += Wo attend(rotate(q), rotate(k), v)    (q, k, v) = qkv.weight · rms(x) ⊙ gain1
 * x  += W2 (silu(a) ⊙ b)                      (a, b) = gate_up.weight · rms(x) ⊙ gain2
 * h   = rms(x) ⊙ gain
 * </pre>
 *
 * <p>It is named in {@code META-INF/services/io.github.performer4j.checkpoint.imports.Architecture} beside it, so {@code performer import --from FOLDER} knows it, too, where its jar is on the class path.
 */
public final class OwnArchitecture implements Architecture {
    /** The service loader makes one. */
    public OwnArchitecture() {}

    @Override
    public String name() {
        return "kite";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("kite");
    }

    /** Taken for its vectors. */
    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut("head\\..*", "the model is taken for its vectors: the head of pre-training has no place");
        return body(config, weights, vocabulary, builder, new Similarity());
    }

    /** With its head for masked tokens: {@code softmax(rms(gelu(h W)) ⊙ gain · tokenᵀ + bias)}. */
    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder();
        String prefix = weights.prefix("token.weight");
        MaskedHead.Names head = new MaskedHead.Names("head.dense", "head.norm", "head.table", "head.bias");
        MaskedHead.add(
                builder,
                weights,
                head,
                new MaskedHead.Biases(false, false, true),
                prefix + "token.weight",
                config.positive("vocab_size"),
                config.positive("dim"),
                "gelu");
        return body(config, weights, vocabulary, builder, new MaskedLanguageModel());
    }

    private static Blueprint body(
            ForeignConfig config, Weights weights, Vocabulary vocabulary, Blueprint.Builder builder, Task task)
            throws IOException {
        config.require("dropped_heads", "0"); // whatever would change the numbers and is not built here
        int width = config.positive("dim");
        int heads = config.positive("heads");
        int layers = config.positive("num_layers");
        int hidden = config.positive("hidden_dim", 4 * width);
        if (width % heads != 0 || width / heads % 2 != 0) {
            throw config.broken("heads must be of an even width; dim=" + width + ", heads=" + heads);
        }
        builder.set("maxTokens", config.positive("max_tokens"))
                .set("width", width)
                .set("layers", layers)
                .set("dropout", config.number("dropout", 0))
                .set("bias", false)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("attention.heads", heads)
                .set("attention.positions", "rotary")
                .set("attention.rotaryBase", config.rotaryBase())
                .set("feedForward.kind", config.feedForward("activation", "silu", true))
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "rms")
                .set("norm.placement", "pre")
                .set("norm.epsilon", config.number("norm_eps", 1e-6));
        String prefix = weights.prefix("token.weight");
        builder.table("embedding_W", prefix + "token.weight", config.positive("vocab_size"), width);
        for (int i = 0; i < layers; i++) {
            String block = "block-" + i + "_";
            String layer = prefix + "layers." + i + ".";
            builder.vector(block + "gain1", layer + "norm1.weight", width)
                    .parts(List.of(block + "Wq", block + "Wk", block + "Wv"), layer + "qkv.weight", width, width)
                    .dense(block + "Wo", layer + "out.weight", width, width)
                    .vector(block + "gain2", layer + "norm2.weight", width)
                    .parts(List.of(block + "W1", block + "W3"), layer + "gate_up.weight", width, hidden)
                    .dense(block + "W2", layer + "down.weight", hidden, width);
        }
        return builder.vector("final-norm_gain", prefix + "norm.weight", width)
                .leaveOut(".*inv_freq", "angles of the rotary positions, which need no table")
                .build(task, Framing.BOTH);
    }

    /** Brings a folder in. Arguments: the folder, with config.json, model.safetensors and tokenizer.json, and a text. */
    public static void main(String[] args) throws IOException {
        HuggingFaceFolder files = HuggingFaceFolder.find(Path.of(args[0]), null, null);
        ModelImport imported = ModelImport.read(files, ImportSettings.defaults(), Provenance.unknown());
        imported.report().mapped().forEach(line -> System.out.println(line.tensor() + " -> " + line.what()));
        PerformerModel model = imported.model();
        System.out.printf(Locale.ROOT, "%s: %s…%n", imported.architecture(), model.embed(args[1])[0]);
    }
}
