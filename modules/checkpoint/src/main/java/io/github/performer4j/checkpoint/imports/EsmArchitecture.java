package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * ESM-2 (Lin and others, <em>Evolutionary-scale prediction of atomic-level protein structure</em>, 2023): pre-norm, rotary positions by halves, GELU, a token for each residue.
 *
 * <p>It was trained with tokens dropped, and its program makes up for that by the share of masks that it expects, 0.15 · 0.8: the mask's embedding is 0, and others are multiplied by 0.88 / (1 − the share of
 * masks in the sequence). The table here has 0.88 in it, and the mask is its {@linkplain io.github.performer4j.core.program.TokenContext.Hidden hidden token}.
 */
final class EsmArchitecture implements Architecture {
    /** 1 − 0.15 · 0.8. */
    private static final double KEPT = 0.88;

    @Override
    public String name() {
        return "esm";
    }

    @Override
    public boolean matches(ForeignConfig config) {
        return config.json().path("model_type").asText().equals("esm");
    }

    @Override
    public Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        Blueprint.Builder builder = new Blueprint.Builder()
                .leaveOut("lm_head\\..*", "the model is taken for its vectors: its head is taken as a masked-lm");
        return build(config, weights, vocabulary, builder, new Similarity());
    }

    @Override
    public Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        int width = config.positive("hidden_size");
        Blueprint.Builder builder = new Blueprint.Builder();
        MaskedHead.add(
                builder,
                weights,
                new MaskedHead.Names("lm_head.dense", "lm_head.layer_norm", "lm_head.decoder.weight", "lm_head.bias"),
                prefix(weights) + "embeddings.word_embeddings.weight",
                config.positive("vocab_size"),
                width,
                "gelu");
        return build(config, weights, vocabulary, builder, new MaskedLanguageModel());
    }

    private static String prefix(Weights weights) {
        return weights.prefix("embeddings.word_embeddings.weight");
    }

    private static Blueprint build(
            ForeignConfig config, Weights weights, Vocabulary vocabulary, Blueprint.Builder builder, Task task)
            throws IOException {
        if (!config.text("position_embedding_type", "absolute").equals("rotary")) {
            throw config.broken("ESM-2 has rotary positions; position_embedding_type="
                    + config.text("position_embedding_type", "absolute") + ", possible=rotary");
        }
        config.require("is_decoder", "false");
        config.require("add_cross_attention", "false");
        config.require("emb_layer_norm_before", "false");
        config.require("is_folding_model", "false");
        boolean dropped = config.flag("token_dropout", false);
        int width = config.positive("hidden_size");
        int hidden = config.positive("intermediate_size");
        int pad = config.json().path("pad_token_id").asInt(1);
        builder.set("maxTokens", config.positive("max_position_embeddings") - pad - 1)
                .set("width", width)
                .set("layers", config.positive("num_hidden_layers"))
                .set("dropout", config.number("hidden_dropout_prob", 0.1))
                .set("bias", true)
                .set("embedding.vocabulary", vocabulary.size())
                .set("embedding.positions", "none")
                .set("attention.heads", config.positive("num_attention_heads"))
                .set("attention.positions", "rotary")
                .set("attention.rotaryBase", config.rotaryBase())
                .set("feedForward.kind", config.feedForward("hidden_act", "gelu", false))
                .set("feedForward.hidden", hidden)
                .set("norm.kind", "layer")
                .set("norm.placement", "pre")
                .set("norm.epsilon", config.number("layer_norm_eps", 1e-12));
        String prefix = prefix(weights);
        builder.scaled(
                "embedding_W",
                prefix + "embeddings.word_embeddings.weight",
                List.of((long) config.positive("vocab_size"), (long) width),
                dropped ? KEPT : 1);
        if (dropped) {
            builder.set("embedding.hiddenToken", config.positive("mask_token_id"));
        }
        for (int i = 0; i < config.positive("num_hidden_layers"); i++) {
            String block = "block-" + i + "_";
            String layer = prefix + "encoder.layer." + i + ".";
            Encoder.norm(builder, weights, block + "gain1", block + "bias1", layer + "attention.LayerNorm", width);
            Encoder.norm(builder, weights, block + "gain2", block + "bias2", layer + "LayerNorm", width);
            builder.module(block + "Wq", block + "bq", layer + "attention.self.query", width, width)
                    .module(block + "Wk", block + "bk", layer + "attention.self.key", width, width)
                    .module(block + "Wv", block + "bv", layer + "attention.self.value", width, width)
                    .module(block + "Wo", block + "bo", layer + "attention.output.dense", width, width)
                    .module(block + "W1", block + "b1", layer + "intermediate.dense", width, hidden)
                    .module(block + "W2", block + "b2", layer + "output.dense", hidden, width);
        }
        return builder.module("final-norm_gain", "final-norm_bias", prefix + "encoder.emb_layer_norm_after", width)
                .leaveOut(".*embeddings\\.position_(ids|embeddings\\.weight)", "positions are rotary")
                .leaveOut(".*rotary_embeddings\\.inv_freq", "angles of the rotary positions, which need no table")
                .leaveOut(".*contact_head\\..*", "a head that reads attention weights has no place")
                .leaveOut(".*pooler\\.dense\\.(weight|bias)", "the pooler is not trained")
                .note("dropout of attention weights has no counterpart")
                .build(task, Framing.BOTH);
    }

    /** {@inheritDoc} ESM's vocabulary is a list of tokens, a residue each. */
    @Override
    public String tokenizer(Path vocabulary) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode file = mapper.createObjectNode().put("version", "1.0");
        ArrayNode added = file.putArray("added_tokens");
        file.putObject("pre_tokenizer")
                .put("type", "Split")
                .put("behavior", "Isolated")
                .put("invert", false)
                .putObject("pattern")
                .put("Regex", ".");
        file.putObject("decoder").put("type", "Fuse");
        ObjectNode model = file.putObject("model").put("type", "WordLevel").put("unk_token", "<unk>");
        ObjectNode ids = model.putObject("vocab");
        for (String token : Files.readAllLines(vocabulary)) {
            String name = token.strip();
            if (name.isEmpty()) {
                continue;
            }
            int id = ids.size();
            if (ids.has(name)) {
                throw new DataFileException(vocabulary.toString(), id + 1, "a token must stand once; token=" + name);
            }
            ids.put(name, id);
            if (name.startsWith("<") && name.endsWith(">")) {
                added.addObject()
                        .put("id", id)
                        .put("content", name)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true);
            }
        }
        if (!ids.has("<unk>")) {
            throw new DataFileException(
                    vocabulary.toString(), 0, "the vocabulary must have <unk>; tokens=" + ids.size());
        }
        if (ids.has("<cls>") && ids.has("<eos>")) {
            frame(file, ids);
        }
        return file.toString();
    }

    /** Says how a sequence is framed, for other readers of the file: {@code <cls> A <eos>}, and a second one {@code B <eos>}. */
    private static void frame(ObjectNode file, ObjectNode ids) {
        ObjectNode post = file.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = post.putArray("single");
        ArrayNode pair = post.putArray("pair");
        for (ArrayNode template : List.of(single, pair)) {
            part(template, "SpecialToken", "<cls>");
            part(template, "Sequence", "A");
            part(template, "SpecialToken", "<eos>");
        }
        part(pair, "Sequence", "B");
        part(pair, "SpecialToken", "<eos>");
        ObjectNode specials = post.putObject("special_tokens");
        for (String name : List.of("<cls>", "<eos>")) {
            ObjectNode special = specials.putObject(name).put("id", name);
            special.putArray("ids").add(ids.get(name).asInt());
            special.putArray("tokens").add(name);
        }
    }

    private static void part(ArrayNode template, String kind, String id) {
        template.addObject().putObject(kind).put("id", id).put("type_id", 0);
    }
}
