package io.github.performer4j.core.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import java.util.Iterator;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A whole Performer: if it exists, it is valid, and {@link #graph} builds it in one call.
 *
 * <p>Its JSON has these keys; one that is absent has its default. Names may come in any case, with '-' or '_'; the record keeps the one form in which they are written, so that equal
 * configurations are equal records.
 *
 * @param task what the model predicts
 * @param vocabulary V; 0 = to be taken from the tokenizer before the graph is built
 * @param classes outputs of a classifier or a regression; ignored by language models
 * @param maxTokens longest T
 * @param width E
 * @param heads H; divides width
 * @param layers number of blocks
 * @param hidden F, hidden width of the feed-forward
 * @param attention {@code linear}, {@code exact}, or {@code auto}: exact where T is short enough for it to be cheaper, see
 *     {@link AttentionOptions#crossover}
 * @param featureMap name of φ; see {@link FeatureMap#named}
 * @param projection name of a {@link Projection}, in any case, or {@code auto} for the feature map's own
 * @param features columns M of φ
 * @param redrawInterval iterations between two draws of the projection; 0 keeps the first; absent or null, the feature map chooses: see
 *     {@link AttentionOptions#redraw}
 * @param chunk tokens per chunk of causal attention; 0 chooses by T
 * @param feedForward {@code gelu}, {@code relu} or {@code geglu}
 * @param preNorm whether norms stand before attention and feed-forward
 * @param normEpsilon ε of the norms
 * @param dropout probability for embeddings and both residual branches
 * @param positions {@code learned}, {@code sinusoidal} or {@code none}
 * @param bias whether products inside the blocks have biases
 * @param temperature whether each head learns a scale of its queries and keys
 * @param learnedProjection whether each block's projection is a parameter; see {@link AttentionOptions}
 * @param statistics {@code sequence}, {@code running} or {@code fixed}: which rows a feature map that fits itself to data sees; see {@link Statistics}
 * @param tieWeights whether the language-model head shares the table of the embedding
 * @param pooling {@code mean} or {@code first}, for classifiers and regressions
 */
public record PerformerConfig(
        Task task,
        int vocabulary,
        int classes,
        int maxTokens,
        int width,
        int heads,
        int layers,
        int hidden,
        String attention,
        String featureMap,
        String projection,
        int features,
        Integer redrawInterval,
        int chunk,
        String feedForward,
        boolean preNorm,
        double normEpsilon,
        double dropout,
        String positions,
        boolean bias,
        boolean temperature,
        boolean learnedProjection,
        String statistics,
        boolean tieWeights,
        String pooling) {
    /** Strict: a value of another type than the key's is an error, not a guess. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    public PerformerConfig {
        require(task != null, "task must be given; task=null");
        require(vocabulary >= 0, "vocabulary must not be negative; vocabulary=" + vocabulary);
        require(classes >= 1, "classes must be positive; classes=" + classes);
        require(maxTokens >= 1, "maxTokens must be positive; maxTokens=" + maxTokens);
        require(layers >= 1, "layers must be positive; layers=" + layers);
        require(hidden >= 1, "hidden must be positive; hidden=" + hidden);
        require(width >= 1, "width must be positive; width=" + width);
        require(dropout >= 0 && dropout < 1, "dropout must be in [0, 1); dropout=" + dropout);
        require(normEpsilon > 0, "normEpsilon must be positive; normEpsilon=" + normEpsilon);
        require(feedForward != null, "feedForward must be given; feedForward=null");
        require(featureMap != null, "featureMap must be given; featureMap=null");
        attention = Names.canonical(AttentionOptions.Kind.class, "attention", attention);
        featureMap = FeatureMaps.canonical(featureMap);
        projection = Projection.canonical(projection);
        feedForward = FeedForward.named(feedForward).name().toLowerCase(Locale.ROOT);
        positions = Names.canonical(PositionLayer.Kind.class, "positions", positions);
        statistics = Names.canonical(Statistics.class, "statistics", statistics);
        pooling = Names.canonical(SequencePoolingLayer.Kind.class, "pooling", pooling);
        options(
                        task,
                        heads,
                        attention,
                        featureMap,
                        projection,
                        features,
                        redrawInterval,
                        chunk,
                        bias,
                        temperature,
                        learnedProjection,
                        statistics)
                .headSize(width);
    }

    /** Returns a small masked language model: 4 layers of width 256, FAVOR+ with 128 features, pre-norm, GELU. */
    public static PerformerConfig defaults() {
        return new PerformerConfig(
                Task.MASKED_LM,
                0,
                1,
                1024,
                256,
                4,
                4,
                1024,
                "linear",
                "positive",
                Projection.AUTO,
                128,
                null,
                0,
                "gelu",
                true,
                1e-5,
                0.1,
                "learned",
                true,
                false,
                false,
                "sequence",
                false,
                "mean");
    }

    /**
     * Reads a configuration; absent keys have their defaults.
     *
     * @throws IllegalArgumentException if a key is unknown or a value breaks a rule
     */
    public static PerformerConfig fromJson(String json) {
        try {
            return fromJson(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("model configuration must be JSON; " + e.getOriginalMessage(), e);
        }
    }

    /** Reads a configuration from a JSON object; see {@link #fromJson(String)}. */
    public static PerformerConfig fromJson(JsonNode json) {
        require(json.isObject(), "model configuration must be a JSON object; found=" + json.getNodeType());
        ObjectNode tree = JSON.valueToTree(defaults());
        for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            require(tree.has(key), "unknown key of the model configuration; key=" + key + ", known=" + known(tree));
            tree.set(key, json.get(key));
        }
        try {
            return JSON.treeToValue(tree, PerformerConfig.class);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof IllegalArgumentException rule) {
                throw rule;
            }
            throw new IllegalArgumentException("model configuration is not valid; " + e.getOriginalMessage(), e);
        }
    }

    /** Returns the configuration as JSON, all keys included. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns a copy with one key changed.
     *
     * @param key name of a component
     * @param value its new value
     * @throws IllegalArgumentException if the key is unknown or the copy would break a rule
     */
    public PerformerConfig with(String key, Object value) {
        ObjectNode tree = JSON.valueToTree(this);
        require(tree.has(key), "unknown key of the model configuration; key=" + key + ", known=" + known(tree));
        tree.set(key, JSON.valueToTree(value));
        return fromJson(tree);
    }

    /** Returns a copy with V = value. */
    public PerformerConfig withVocabulary(int value) {
        return with("vocabulary", value);
    }

    /** Returns a copy for another task. */
    public PerformerConfig withTask(Task value) {
        return with("task", value);
    }

    /** Returns how each block attends. */
    public AttentionOptions attentionOptions() {
        return options(
                task,
                heads,
                attention,
                featureMap,
                projection,
                features,
                redrawInterval,
                chunk,
                bias,
                temperature,
                learnedProjection,
                statistics);
    }

    /** Returns the name of the vertex whose activation [B,T,E] is the final hidden state. */
    public String hiddenVertex() {
        return preNorm ? "final-norm" : "block-" + (layers - 1);
    }

    /**
     * Builds the graph: input {@code tokens} (ids [B,T]), output {@code head}.
     *
     * @param updater updater of all layers
     * @param weightDecay decoupled weight decay of weights (not of biases and gains), multiplied by the learning rate
     * @param seed of initial weights, projections and dropout
     * @return a configuration in float32
     * @throws IllegalArgumentException if the vocabulary is not known yet
     */
    public ComputationGraphConfiguration graph(IUpdater updater, double weightDecay, long seed) {
        return graph(updater, weightDecay, seed, DataType.FLOAT);
    }

    /** Builds the graph in float32 or float64; see {@link #graph(IUpdater, double, long)}. */
    public ComputationGraphConfiguration graph(IUpdater updater, double weightDecay, long seed, DataType type) {
        require(vocabulary > 0, "vocabulary must be known before the graph is built; vocabulary=" + vocabulary);
        return GraphAssembly.build(this, updater, weightDecay, seed, type);
    }

    private static AttentionOptions options(
            Task task,
            int heads,
            String attention,
            String featureMap,
            String projection,
            int features,
            Integer redraw,
            int chunk,
            boolean bias,
            boolean temperature,
            boolean learnedProjection,
            String statistics) {
        FeatureMap map = FeatureMap.named(featureMap);
        return new AttentionOptions(
                heads,
                task == Task.CAUSAL_LM,
                Names.one(AttentionOptions.Kind.class, "attention", attention),
                map,
                Projection.named(projection, map),
                features,
                redraw,
                chunk,
                bias,
                temperature,
                learnedProjection,
                Names.one(Statistics.class, "statistics", statistics));
    }

    private static String known(ObjectNode tree) {
        StringBuilder names = new StringBuilder();
        tree.fieldNames()
                .forEachRemaining(n -> names.append(names.isEmpty() ? "" : ", ").append(n));
        return names.toString();
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}
