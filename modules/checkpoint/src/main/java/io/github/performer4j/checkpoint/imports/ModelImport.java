package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.Origin;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.data.token.Specials;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Brings in a trained model of another program: the same weights, hence with exact attention the same values, up to the rounding of float32; see {@link Architectures} for what is known.
 *
 * @param model ready for use, or to be saved by {@code ModelFile}
 * @param architecture its family
 * @param report what became of each tensor
 */
public record ModelImport(PerformerModel model, String architecture, ImportReport report) {
    /** Parameters that no file has to account for: those of a small model. */
    private static final long SPARE = 1 << 20;

    /** What families call the number of their layers. */
    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");

    /**
     * Reads a model.
     *
     * @param files of the model
     * @param settings what is decided here
     * @param provenance where it came from
     * @throws IOException one line that names the file and the rule that it breaks
     * @throws IllegalArgumentException if settings do not fit the model
     */
    public static ModelImport read(HuggingFaceFolder files, ImportSettings settings, Provenance provenance)
            throws IOException {
        ForeignConfig config = new ForeignConfig(files.config().toString(), files.readConfig());
        Architecture architecture = Architectures.of(config);
        JsonTokenizer read = files.listed()
                ? JsonTokenizer.of(architecture.tokenizer(files.tokenizer()))
                : JsonTokenizer.read(files.tokenizer());
        int rows = config.positive("vocab_size");
        if (read.size() > rows) {
            throw new DataFileException(
                    files.tokenizer().toString(),
                    0,
                    "tokenizer and model must have one vocabulary; tokenizer=" + read.size() + ", vocab_size=" + rows);
        }
        JsonTokenizer tokenizer = whole(read, rows, files);
        try (Weights weights = files.open()) {
            requireLayers(config, weights);
            Blueprint blueprint = blueprint(architecture, config, weights, tokenizer, files, settings);
            PerformerConfig model = blueprint.model();
            ComputationGraph net = net(blueprint, config, settings);
            requireWeights(net, config, weights);
            net.init();
            ImportReport report = WeightLoader.load(net, blueprint, weights, settings.bodyOnly())
                    .with(framingNotes(blueprint, tokenizer));
            DataConfig data = DataConfig.defaults()
                    .withFraming(blueprint.framing())
                    .withMaxTokens(Math.max(DataConfig.MIN_TOKENS, model.maxTokens()))
                    .withTokens(
                            files.listed()
                                    ? "tokenizer.json"
                                    : files.tokenizer().toString())
                    .withKind("text");
            Map<String, List<Long>> tensors = new TreeMap<>();
            report.mapped().forEach(line -> tensors.put(line.tensor(), line.shape()));
            ModelInfo info = ModelInfo.of(blueprint.task(), model, data, tokenizer, null, provenance)
                    .withOrigin(new Origin(architecture.name(), config.json(), tensors));
            return new ModelImport(new PerformerModel(net, info), architecture.name(), report);
        }
    }

    /** Returns a tokenizer with an id for each row of the model's table: those of no token count in the other program's probabilities, too. */
    private static JsonTokenizer whole(JsonTokenizer read, int rows, HuggingFaceFolder files) throws DataFileException {
        try {
            return read.withSize(rows);
        } catch (IllegalArgumentException e) {
            throw new DataFileException(files.tokenizer().toString(), 0, e.getMessage());
        }
    }

    /** Says where a language model's rows begin with a token that the other program's tokenizer does not put there. */
    private static List<String> framingNotes(Blueprint blueprint, JsonTokenizer tokenizer) {
        Framing framing = blueprint.framing();
        if (framing == Framing.BOTH || tokenizer.beginsTexts() || framing.head(tokenizer) == Specials.ABSENT) {
            return List.of();
        }
        return List.of(
                "texts begin with " + tokenizer.symbol(framing.head(tokenizer))
                        + ", which the model's own tokenizer does not put in front: numbers are those of the other program for texts that begin with it");
    }

    private static ComputationGraph net(Blueprint blueprint, ForeignConfig config, ImportSettings settings)
            throws DataFileException {
        try {
            return new ComputationGraph(blueprint.model().graph(blueprint.task(), new NoOp(), 0, settings.seed()));
        } catch (ArithmeticException e) {
            throw config.broken("sizes must be those of the weights; cause=" + e.getMessage());
        }
    }

    /** Refuses more layers than there are tensors, before there is memory for the configuration of each. */
    private static void requireLayers(ForeignConfig config, Weights weights) throws DataFileException {
        int tensors = weights.tensors().size();
        for (String key : LAYERS) {
            JsonNode layers = config.json().path(key);
            if (layers.isNumber() && layers.asDouble() > tensors) {
                throw config.broken("a layer must have a tensor of its own; " + key + "=" + layers + ", tensors in "
                        + weights.origin() + "=" + tensors);
            }
        }
    }

    /** Refuses a model that is far larger than its file, before there is memory for it. */
    private static void requireWeights(ComputationGraph net, ForeignConfig config, Weights weights)
            throws DataFileException {
        double wanted = net.getConfiguration().getVertices().values().stream()
                .mapToDouble(ModelImport::parameters)
                .sum();
        long found =
                weights.tensors().stream().mapToLong(WeightTensor::elements).sum();
        if (wanted > SPARE + 4 * found) {
            throw new DataFileException(
                    config.path(),
                    0,
                    "the configuration must be that of the weights; parameters="
                            + String.format(Locale.ROOT, "%.0f", wanted) + ", numbers in " + weights.origin() + "="
                            + found);
        }
    }

    /** Returns how many parameters a vertex has; infinity if no long holds their number. */
    private static double parameters(GraphVertex vertex) {
        try {
            long parameters = vertex.numParams(true);
            return parameters < 0 ? Double.POSITIVE_INFINITY : parameters;
        } catch (ArithmeticException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private static Blueprint blueprint(
            Architecture architecture,
            ForeignConfig config,
            Weights weights,
            JsonTokenizer tokenizer,
            HuggingFaceFolder files,
            ImportSettings settings)
            throws IOException {
        Blueprint blueprint;
        Vocabulary vocabulary = Vocabulary.of(tokenizer);
        try {
            blueprint = settings.masked()
                    ? architecture.masked(config, weights, vocabulary)
                    : architecture.blueprint(config, weights, vocabulary);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataFileException(config.path(), 0, e.getMessage()); // a rule of our configuration
        }
        PerformerConfig model = blueprint.model();
        boolean pooled = !blueprint.task().predictsTokens();
        if (!pooled && settings.pooling() != null) {
            throw new IllegalArgumentException("a language model pools nothing; pooling=" + settings.pooling());
        }
        String said = pooled && settings.pooling() == null ? SentenceVectors.pooling(files.folder()) : null;
        if (pooled) {
            model = model.with(
                    "head.pooling", settings.pooling() != null ? settings.pooling() : said != null ? said : "mean");
        }
        for (Map.Entry<String, Object> change : settings.changes().entrySet()) {
            model = model.with(change.getKey(), change.getValue());
        }
        if (!model.attentionOptions().further().isEmpty()) {
            throw new IllegalArgumentException(
                    "heads of an imported model must attend alike, because its weights are those of all heads; groups="
                            + model.attentionOptions().groups().size());
        }
        return blueprint.withModel(model);
    }
}
