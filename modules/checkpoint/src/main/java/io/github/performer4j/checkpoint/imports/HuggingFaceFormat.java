package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ExportFormat;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ExportedFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.Origin;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.weights.NamedShapes;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A folder as HuggingFace's hub has it, of a model that {@code performer import} brought in, fine-tuned as well if for the task that it came with and by parameters that its family has, else refused by name: {@code config.json} as it came, {@code model.safetensors} with its family's names and shapes, and
 * for encoders of sentences what their library says of pooling. Imported again it is the same model, bit for bit.
 */
public final class HuggingFaceFormat implements ExportFormat {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Of a factor that a family multiplies by: one unit in the last place. */
    private static final double ROUNDING = 2e-7;

    /** Keys of our configuration that change nothing in inference, or that a folder says elsewhere. */
    private static final List<String> FREE = List.of("dropout", "pooling", "redrawInterval", "features", "featureMap");

    @Override
    public String name() {
        return "huggingface";
    }

    @Override
    public String purpose() {
        return "transformers and whatever reads folders of HuggingFace's hub";
    }

    @Override
    public boolean folder() {
        return true;
    }

    @Override
    public String loading(String file, String tokenizer) {
        return "```python\nfrom transformers import AutoModel\nmodel = AutoModel.from_pretrained(\"" + file
                + "\")\n```\n\nA folder of T5 has its encoder alone: `T5EncoderModel` reads it. JinaBERT, MosaicBERT and DNABERT-2 need their authors' code beside it, and `trust_remote_code=True`.\n\nOr `performer import --from "
                + file + " --out model.zip`.";
    }

    /** {@inheritDoc} There are no inputs; the outputs are the tensors. */
    @Override
    public ExportedFile write(PerformerModel model, ExportSettings settings, Path folder) throws IOException {
        if (!settings.equals(ExportSettings.defaults())) {
            throw new IllegalArgumentException("a folder of weights is for any sizes: leave them out; batch="
                    + settings.batch() + ", tokens=" + settings.tokens() + ", masked=" + settings.masked());
        }
        ModelInfo info = model.info();
        Origin origin = info.origin();
        if (origin == null) {
            throw new IllegalArgumentException(
                    "only a model that performer import brought in has names at HuggingFace: write it as onnx or safetensors;"
                            + " origin=none");
        }
        if (model.net().params().dataType() != DataType.FLOAT) {
            throw new IllegalArgumentException("weights are written of a net in float32; type="
                    + model.net().params().dataType());
        }
        Architecture family = Architectures.named(origin.architecture());
        ForeignConfig config = new ForeignConfig("config.json", origin.config());
        NamedShapes shapes = new NamedShapes(origin.tensors());
        Vocabulary vocabulary =
                new Vocabulary(info.tokenizer().size(), info.model().embedding().textSeparator());
        Blueprint blueprint = info.task() instanceof MaskedLanguageModel
                ? family.masked(config, shapes, vocabulary)
                : family.blueprint(config, shapes, vocabulary);
        requireSame(blueprint, info);
        Map<String, INDArray> tensors =
                TensorFilling.tensors(blueprint, model.net().paramTable());
        Path temporary = folder.resolveSibling(folder.getFileName() + ".tmp");
        Files.createDirectory(temporary);
        boolean done = false;
        try {
            MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValue(temporary.resolve("config.json").toFile(), config(origin, blueprint));
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(temporary.resolve("model.safetensors")))) {
                SafetensorsWriter.write(out, tensors);
            }
            if (info.task() instanceof Similarity) {
                pooling(temporary, info);
            }
            requireReadable(temporary, blueprint, model.net());
            Files.move(temporary, folder);
            done = true;
        } finally {
            if (!done) {
                delete(temporary);
            }
        }
        return new ExportedFile(
                List.of(),
                tensors.entrySet().stream()
                        .map(e -> new ExportedFile.Port(
                                e.getKey(),
                                "float32",
                                Arrays.stream(e.getValue().shape()).boxed().toList()))
                        .toList());
    }

    /** Refuses a body that the family does not have: another program would compute something else. */
    private static void requireSame(Blueprint blueprint, ModelInfo info) throws IOException {
        JsonNode family = MAPPER.readTree(blueprint.model().toJson());
        JsonNode own = MAPPER.readTree(info.model().toJson());
        List<String> differences = new ArrayList<>();
        differences("model.", family, own, differences);
        if (!blueprint.task().name().equals(info.task().name())) {
            differences.add(
                    "task=" + info.task().name() + " (" + blueprint.task().name() + ")");
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model must be one that its family can be (one that an earlier build imported may have to be imported again): write it as onnx or safetensors; architecture="
                            + info.origin().architecture() + ", different=" + String.join(", ", differences));
        }
    }

    private static void differences(String prefix, JsonNode family, JsonNode own, List<String> into) {
        own.properties().forEach(entry -> {
            JsonNode other = family.path(entry.getKey());
            if (entry.getValue().isObject()) {
                differences(prefix + entry.getKey() + ".", other, entry.getValue(), into);
            } else if (!FREE.contains(entry.getKey()) && !entry.getValue().equals(other)) {
                into.add(prefix + entry.getKey() + "=" + entry.getValue().asText() + " (" + other.asText() + ")");
            }
        });
    }

    /** Reads the tensors back: where a family has one tensor for two parameters, training may have made them different. */
    private static void requireReadable(Path folder, Blueprint blueprint, ComputationGraph net) throws IOException {
        ComputationGraph again = net.clone();
        try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            WeightLoader.load(again, blueprint, weights, false);
        }
        Map<String, INDArray> own = net.paramTable();
        for (Map.Entry<String, INDArray> entry : again.paramTable().entrySet()) {
            INDArray expected = own.get(entry.getKey());
            double error =
                    Transforms.abs(entry.getValue().sub(expected)).maxNumber().doubleValue();
            double largest = Transforms.abs(expected).maxNumber().doubleValue();
            if (error > ROUNDING * largest) {
                throw new IllegalArgumentException(
                        "the model's family has one tensor for parameters that are not the same here: write it as onnx or"
                                + " safetensors; parameter="
                                + entry.getKey());
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** The configuration as it came, with the type that the weights have now, and a table of the head's own where it has one: as it is not said, that table would be replaced by the embedding's. */
    private static JsonNode config(Origin origin, Blueprint blueprint) {
        ObjectNode config = origin.config().deepCopy();
        for (String key : List.of("torch_dtype", "dtype")) {
            if (config.has(key)) {
                config.put(key, "float32");
            }
        }
        List<Term> head = blueprint.parameters().get("head_W");
        List<Term> table = blueprint.parameters().get("embedding_W");
        if (head != null
                && table != null
                && !head.get(0).tensor().equals(table.get(0).tensor())) {
            config.put("tie_word_embeddings", false);
        }
        return config;
    }

    /** What the library of sentence encoders reads: mean, first or last token, or the largest values, then length 1. */
    private static void pooling(Path folder, ModelInfo info) throws IOException {
        String kind = info.model().head().pooling().toLowerCase(Locale.ROOT);
        ArrayNode modules = MAPPER.createArrayNode();
        String[][] all = {{"", "Transformer"}, {"1_Pooling", "Pooling"}, {"2_Normalize", "Normalize"}};
        for (int i = 0; i < all.length; i++) {
            modules.addObject()
                    .put("idx", i)
                    .put("name", String.format(Locale.ROOT, "%d", i))
                    .put("path", all[i][0])
                    .put("type", "sentence_transformers.models." + all[i][1]);
        }
        MAPPER.writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("modules.json").toFile(), modules);
        Files.createDirectory(folder.resolve("1_Pooling"));
        ObjectNode pooling = MAPPER.createObjectNode()
                .put("word_embedding_dimension", info.model().width())
                .put("pooling_mode_cls_token", kind.equals("first"))
                .put("pooling_mode_mean_tokens", kind.equals("mean") || kind.equals("sum")) // alike at length 1
                .put("pooling_mode_max_tokens", kind.equals("max"))
                .put("pooling_mode_mean_sqrt_len_tokens", false)
                .put("pooling_mode_lasttoken", kind.equals("last"));
        MAPPER.writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("1_Pooling").resolve("config.json").toFile(), pooling);
    }
}
