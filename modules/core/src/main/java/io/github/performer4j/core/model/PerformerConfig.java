package io.github.performer4j.core.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.layer.ReversibleBlocksLayer;
import io.github.performer4j.core.task.StrictJson;
import io.github.performer4j.core.task.Task;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The body of a Performer, whatever its {@link Task}: if it exists, it is valid, and {@link #graph} builds a whole model in one call.
 *
 * <p>As JSON it is nested by topic; a key that is absent has its default. Names may come in any case, with '-' or '_'; the records keep the one form in which they are written, so that equal
 * configurations are equal records.
 *
 * @param maxTokens longest T
 * @param width E
 * @param layers number of blocks
 * @param exactEvery N: blocks N, 2N, …, counted from 1, attend exactly, within the attention's window if it has one; 0 for none
 * @param linearBlocks blocks that attend as {@link #attention} says, by their numbers from 1 on, as {@code 1-6,9}, the others exactly, within its window if it has one; {@code all}
 * @param dropout probability for embeddings and both residual branches
 * @param bias whether products inside the blocks have biases
 * @param branchScale what both residual branches of each block are multiplied by
 * @param tokenShift whether attention and feed-forward read some columns of each token's neighbours; see {@link io.github.performer4j.kernels.layer.TokenShift}
 * @param embedding how tokens become vectors
 * @param attention how the blocks attend
 * @param local blocks among them that attend locally
 * @param feedForward the blocks' feed-forward
 * @param norm the blocks' norms
 * @param head the head's share in the body
 * @param encoder blocks that read a source, for tasks that have one
 * @param reversible whether the blocks are one {@link ReversibleBlocksLayer}, which trains in the memory of one block
 */
public record PerformerConfig(
        int maxTokens,
        int width,
        int layers,
        int exactEvery,
        String linearBlocks,
        double dropout,
        boolean bias,
        double branchScale,
        boolean tokenShift,
        EmbeddingConfig embedding,
        AttentionConfig attention,
        LocalConfig local,
        FeedForwardConfig feedForward,
        NormConfig norm,
        HeadConfig head,
        EncoderConfig encoder,
        boolean reversible) {
    private static final List<String> TOPICS =
            List.of("embedding", "attention", "local", "feedForward", "norm", "head", "encoder");

    /** Name of the graph's input of a source. */
    public static final String SOURCE = "source";

    /** Name of the vertex of all blocks together, where they are reversible. */
    public static final String BLOCKS = "blocks";

    static final String ENCODER = "encoder";
    static final String ALL = "all";

    /** Checks every value. */
    public PerformerConfig {
        Require.that(maxTokens >= 1, "maxTokens must be positive; maxTokens=" + maxTokens);
        Require.that(layers >= 1, "layers must be positive; layers=" + layers);
        Require.that(
                exactEvery >= 0 && exactEvery <= layers,
                "exactEvery must be from 1 to layers, or 0 for never; exactEvery=" + exactEvery + ", layers=" + layers);
        Require.that(
                exactEvery == 0 || !attention.exact(),
                "exactEvery needs other blocks that do not attend exactly; exactEvery=" + exactEvery + ", kind="
                        + attention.kind());
        linearBlocks = BlockNumbers.canonical("linearBlocks", linearBlocks, ALL);
        boolean listed = !linearBlocks.equals(ALL);
        Require.that(
                !listed || !attention.exact(),
                "linearBlocks are those that do not attend exactly; linearBlocks=" + linearBlocks + ", kind="
                        + attention.kind());
        Require.that(
                !listed || BlockNumbers.last(linearBlocks) <= layers,
                "linearBlocks must not exceed the blocks; linearBlocks=" + linearBlocks + ", layers=" + layers);
        Require.that(
                !listed || exactEvery == 0,
                "exact blocks are counted or listed: exactEvery or linearBlocks; linearBlocks=" + linearBlocks
                        + ", exactEvery=" + exactEvery);
        String linear = linearBlocks; // the field is not set yet
        Require.that(
                !listed || IntStream.range(0, layers).noneMatch(b -> local.has(b) && BlockNumbers.has(linear, b)),
                "linearBlocks must be blocks that see all tokens; linearBlocks=" + linearBlocks + ", local.globalEvery="
                        + local.globalEvery());
        boolean some = exactEvery > 0
                || listed && IntStream.range(0, layers).anyMatch(block -> !BlockNumbers.has(linear, block));
        Require.that(
                attention.window() == 0 || some || attention.someExact(),
                "a window needs exact attention, or local heads; window=" + attention.window() + ", kind="
                        + attention.kind() + ", exactEvery=" + exactEvery + ", linearBlocks=" + linearBlocks);
        Require.that(
                attention.globalTokens() == 0 || attention.someWindow(some),
                "global tokens are seen through a window, and there is none; globalTokens=" + attention.globalTokens()
                        + ", window=" + attention.window());
        Require.that(
                attention.prefix() == 0 || exactEvery != 1,
                "an exact prefix needs a block that attends linearly; prefix=" + attention.prefix() + ", exactEvery=1");
        Require.that(width >= 1, "width must be positive; width=" + width);
        Require.that(dropout >= 0 && dropout < 1, "dropout must be in [0, 1); dropout=" + dropout);
        Require.that(
                branchScale > 0 && branchScale < Double.POSITIVE_INFINITY,
                "branchScale must be positive and finite; branchScale=" + branchScale);
        Require.that(
                local.globalEvery() == 0 || exactEvery == 0,
                "blocks are counted by one of both: exactEvery or local.globalEvery; exactEvery=" + exactEvery
                        + ", local.globalEvery=" + local.globalEvery());
        Require.that(
                local.rotaryBase() == 0 || attention.rotary(),
                "local.rotaryBase needs rotary positions; rotaryBase=" + local.rotaryBase() + ", attention.positions="
                        + attention.positions());
        Require.that(
                !reversible || norm.pre() || norm.rezero(),
                "reversible blocks need norms in front of their branches, or none: what is normalised behind a sum does not follow from it; norm.placement="
                        + norm.placement());
        Require.that(
                !reversible || feedForward.last() == 0 && !feedForward.kind().equals("snnk"),
                "reversible blocks have weights that are all trained; feedForward.kind=" + feedForward.kind()
                        + ", feedForward.snnk=" + feedForward.snnk());
        Require.that(
                feedForward.last() <= layers,
                "feedForward.snnk must not exceed the blocks; snnk=" + feedForward.snnk() + ", layers=" + layers);
        Require.that(
                !embedding.contextual() || !attention.causal() && !head.tied() && encoder.layers() == 0,
                "vectors that depend on other tokens need bidirectional attention, a table of their own, and no encoder; embedding.hiddenToken="
                        + embedding.hiddenToken() + ", embedding.textSeparator=" + embedding.textSeparator()
                        + ", attention.causal=" + attention.causal() + ", head.tied=" + head.tied()
                        + ", encoder.layers=" + encoder.layers());
        attention
                .options(bias, maxTokens)
                .headSize(attention.headSize() == 0 ? width : attention.headSize() * attention.heads());
    }

    /** Returns a small bidirectional model: 4 layers of width 256, FAVOR+ with 128 features, pre-norm, GELU. */
    public static PerformerConfig defaults() {
        return new PerformerConfig(
                1024,
                256,
                4,
                0,
                ALL,
                0.1,
                true,
                1,
                false,
                new EmbeddingConfig(0, 0, 0, "learned", 0, false, -1, -1),
                new AttentionConfig(
                        "linear",
                        4,
                        false,
                        "positive",
                        Projection.AUTO,
                        128,
                        null,
                        0,
                        false,
                        false,
                        "sequence",
                        "none",
                        Rotary.BASE,
                        1,
                        RelativePositions.BUCKETS,
                        0,
                        FourierPositions.COMPONENTS,
                        FourierPositions.DRAWS,
                        "none",
                        8,
                        200,
                        0.25,
                        0,
                        0,
                        "none",
                        null,
                        false,
                        0,
                        "none",
                        0,
                        "none",
                        List.of(),
                        0,
                        0,
                        0),
                new LocalConfig(0, 0, 0),
                new FeedForwardConfig("gelu", 1024),
                new NormConfig("layer", "pre", 1e-5, true, null),
                new HeadConfig(false, "mean", "none", true),
                new EncoderConfig(0),
                false);
    }

    /**
     * Reads a configuration; absent keys have their defaults.
     *
     * @throws IllegalArgumentException if a key is unknown or a value breaks a rule
     */
    public static PerformerConfig fromJson(String json) {
        try {
            return fromJson(StrictJson.MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("model configuration must be JSON; " + e.getOriginalMessage(), e);
        }
    }

    /** Reads a configuration from a JSON object; see {@link #fromJson(String)}. */
    public static PerformerConfig fromJson(JsonNode json) {
        Require.that(json.isObject(), "model configuration must be a JSON object; found=" + json.getNodeType());
        ObjectNode tree = StrictJson.MAPPER.valueToTree(defaults());
        ModelKeys.merge(tree, (ObjectNode) json);
        return StrictJson.read(tree, PerformerConfig.class, "model configuration");
    }

    /** Returns the configuration as JSON, all keys included. */
    public String toJson() {
        return StrictJson.write(this);
    }

    /**
     * Returns a copy with one key changed.
     *
     * @param key path of a value, such as {@code width} or {@code attention.heads}
     * @param value its new value
     * @throws IllegalArgumentException if the key is unknown or the copy would break a rule
     */
    public PerformerConfig with(String key, Object value) {
        return with(Collections.singletonMap(key, value));
    }

    /**
     * Returns a copy with several keys changed at once, which may be possible only together.
     *
     * @param values new values by the keys' paths; see {@link #with(String, Object)}
     * @throws IllegalArgumentException if a key is unknown or the copy would break a rule
     */
    public PerformerConfig with(Map<String, ?> values) {
        ObjectNode tree = StrictJson.MAPPER.valueToTree(this);
        values.forEach((key, value) -> ModelKeys.put(tree, key, StrictJson.MAPPER.valueToTree(value)));
        return StrictJson.read(tree, PerformerConfig.class, "model configuration");
    }

    /** Returns V; 0 while it is not known. */
    public int vocabulary() {
        return embedding.vocabulary();
    }

    /** Returns a copy with V = value. */
    public PerformerConfig withVocabulary(int value) {
        return with("embedding.vocabulary", value);
    }

    /** Returns a copy whose tokens see only themselves and those before them, or all. */
    public PerformerConfig withCausal(boolean value) {
        return with("attention.causal", value);
    }

    /** Returns how the blocks attend that {@link #exactEvery} and {@link #linearBlocks} leave as they are. */
    public AttentionOptions attentionOptions() {
        return attention.options(bias, maxTokens);
    }

    /**
     * Returns how a block attends.
     *
     * @param block its number, from 0
     */
    public AttentionOptions attentionOptions(int block) {
        if (local.has(block)) {
            return local.options(attention.exactOptions(bias, maxTokens));
        }
        return attendsExactly(block) ? attention.exactOptions(bias, maxTokens) : attentionOptions();
    }

    /**
     * Returns whether a block attends exactly among others because it is an {@link #exactEvery}-th one, none of {@link #linearBlocks}, or a local one.
     *
     * @param block its number, from 0
     */
    public boolean attendsExactly(int block) {
        return local.has(block)
                || exactEvery > 0 && (block + 1) % exactEvery == 0
                || !linearBlocks.equals(ALL) && !BlockNumbers.has(linearBlocks, block);
    }

    /**
     * Returns the name of a block's vertex, where each has one.
     *
     * @param block its number, from 0
     */
    public static String blockVertex(int block) {
        return "block-" + block;
    }

    /** Returns the name of the vertex whose activation [B,T,E] is the final hidden state. */
    public String hiddenVertex() {
        return norm.atEnd() ? "final-norm" : blockVertices().get(blockVertices().size() - 1);
    }

    /** Returns the names of the blocks' vertices, in their order: one for each block, or {@link #BLOCKS}. */
    public List<String> blockVertices() {
        return reversible
                ? List.of(BLOCKS)
                : IntStream.range(0, layers)
                        .mapToObj(PerformerConfig::blockVertex)
                        .toList();
    }

    /** Returns the name of the vertex whose activation [B,Ts,E] is what the encoder made of the source. */
    public String memoryVertex() {
        return norm.atEnd() ? ENCODER + "-norm" : encoderVertex(encoder.layers() - 1);
    }

    /** Returns the name of the vertex of block i of the encoder, from 0. */
    public static String encoderVertex(int i) {
        return ENCODER + "-" + i;
    }

    /**
     * Checks that a task can be built on this body.
     *
     * @throws IllegalArgumentException if attention has the wrong direction, no block has what belongs to linear attention, or the task does not know its labels yet
     */
    public void check(Task task) {
        Require.that(
                exactEvery != 1 || !attention.linearAlone(),
                "weights of a grid and decay need a block that attends linearly; grid=" + attention.grid() + ", decay="
                        + attention.decay() + ", exactEvery=1");
        Require.that(
                task.causal() == null || task.causal() == attention.causal(),
                "the task needs attention that " + (attention.causal() ? "sees both sides" : "is causal") + "; task="
                        + task.name() + ", model.attention.causal=" + attention.causal());
        Require.that(
                !head.tied() || task.predictsTokens(),
                "only a head over the vocabulary can share the embedding's table; task=" + task.name()
                        + ", model.head.tied=true");
        Require.that(
                head.function() == null || task.predictsTokens(),
                "only a head over the vocabulary has a transform; task=" + task.name() + ", model.head.transform="
                        + head.transform());
        Require.that(
                embedding.rowSize() == 0 || !task.predictsTokens(),
                "rows of floats have no tokens to predict; task=" + task.name() + ", model.embedding.rowSize="
                        + embedding.rowSize());
        Require.that(
                task.readsSource() == encoder.layers() > 0,
                (task.readsSource()
                                ? "a task with a source needs an encoder"
                                : "only a task with a source has an encoder")
                        + "; task=" + task.name() + ", model.encoder.layers=" + encoder.layers());
        if (encoder.layers() > 0) {
            SourceBlocks.check(this);
        }
        if (embedding.graphLengths() > 0) {
            GraphBlocks.check(this);
        }
    }

    /**
     * Builds the graph: input {@code tokens} (ids [B,T]; rows of floats [B,T,F] where {@code embedding.rowSize} is F), of graphs also {@code graph} (entries [B,S,2+2L]), with an encoder also {@code source} (ids [B,Ts]), output {@code head}.
     *
     * @param task what the model predicts; it knows its labels
     * @param updater updater of all layers
     * @param weightDecay decoupled weight decay of weights (not of biases and gains), multiplied by the learning rate
     * @param seed of initial weights, projections and dropout
     * @return a configuration in float32
     * @throws IllegalArgumentException if vocabulary or labels are not known yet, or body and task do not go together
     */
    public ComputationGraphConfiguration graph(Task task, IUpdater updater, double weightDecay, long seed) {
        return graph(task, updater, weightDecay, seed, DataType.FLOAT);
    }

    /** Builds the graph in float32 or float64; see {@link #graph(Task, IUpdater, double, long)}. */
    public ComputationGraphConfiguration graph(
            Task task, IUpdater updater, double weightDecay, long seed, DataType type) {
        Require.that(
                vocabulary() > 0 || embedding.rowSize() > 0,
                "vocabulary must be known before the graph is built; vocabulary=" + vocabulary());
        check(task);
        Require.that(
                task.missing() == null,
                "the task must be complete before the graph is built; task=" + task.name() + ", missing="
                        + task.missing());
        return GraphAssembly.build(this, task, updater, weightDecay, seed, type);
    }

    /** Returns the topics, whose keys are nested. */
    static List<String> topics() {
        return TOPICS;
    }
}
