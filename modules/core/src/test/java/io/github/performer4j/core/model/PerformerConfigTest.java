package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.attention.Visibility;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.kernels.exact.Window;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

class PerformerConfigTest {

    @Test
    void jsonRoundTripKeepsEveryComponent() {
        PerformerConfig c = new PerformerConfig(
                63,
                30,
                3,
                0,
                "all",
                0.25,
                false,
                0.75,
                true,
                new EmbeddingConfig(31, 0, 0, "axial", 9, true, -1, -1),
                new AttentionConfig(
                        "exact",
                        6,
                        true,
                        "relu",
                        "iid",
                        12,
                        7,
                        16,
                        false,
                        true,
                        "sequence",
                        "rotary",
                        500,
                        0.5,
                        16,
                        300,
                        3,
                        5,
                        "none",
                        3,
                        99,
                        0.5,
                        4,
                        2,
                        "width-rms",
                        0.5,
                        true,
                        37,
                        "qk",
                        0,
                        "none",
                        List.of(),
                        8,
                        0,
                        0),
                new LocalConfig(2, 17, 300),
                new FeedForwardConfig("geglu", 37),
                new NormConfig("layer-gain", "pre", 1e-12, false, "rms"),
                new HeadConfig(true, "first", "relu", false),
                new EncoderConfig(3),
                true);
        assertThat(PerformerConfig.fromJson(c.toJson())).isEqualTo(c);
        PerformerConfig kept = c.with("attention.learnedProjection", false)
                .with("attention.featureMap", "oprf")
                .with("attention.statistics", "running");
        assertThat(PerformerConfig.fromJson(kept.toJson())).isEqualTo(kept);
        assertThat(kept.attentionOptions().statistics()).isEqualTo(Statistics.RUNNING);
        PerformerConfig decays =
                c.with("attention.window", 0).with("attention.kind", "linear").with("attention.decay", "selective");
        assertThat(PerformerConfig.fromJson(decays.toJson())).isEqualTo(decays);
        assertThat(decays.attentionOptions().decay()).isEqualTo(new Decay(true, 3, 99, 0.5));
        assertThat(decays.attentionOptions().convolution()).isEqualTo(4);
        PerformerConfig prefixed = c.with(Map.of(
                "attention.window",
                0,
                "attention.kind",
                "linear",
                "attention.featureMap",
                "positive",
                "attention.prefix",
                9));
        assertThat(PerformerConfig.fromJson(prefixed.toJson())).isEqualTo(prefixed);
        assertThat(prefixed.attentionOptions().prefix()).isEqualTo(9);
        PerformerConfig hybrid = decays.with(Map.of(
                "exactEvery",
                2,
                "attention.window",
                5,
                "local.globalEvery",
                0,
                "local.window",
                0,
                "local.rotaryBase",
                0));
        assertThat(PerformerConfig.fromJson(hybrid.toJson())).isEqualTo(hybrid);
        for (String key : List.of("embedding.hiddenToken", "embedding.textSeparator")) {
            PerformerConfig contextual = PerformerConfig.defaults().with(key, 4);
            assertThat(PerformerConfig.fromJson(contextual.toJson())).isEqualTo(contextual);
            assertThat(contextual).isNotEqualTo(PerformerConfig.defaults());
        }
        assertThat(PerformerConfig.fromJson("{}")).isEqualTo(PerformerConfig.defaults());
        assertThat(PerformerConfig.fromJson("{\"width\": 12}").width()).isEqualTo(12);
        assertThat(PerformerConfig.fromJson("{\"attention\": {\"heads\": 8}}"))
                .isEqualTo(PerformerConfig.defaults().with("attention.heads", 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"embedding\": {\"vocabulary\": -1}} | vocabulary must not be negative; vocabulary=-1",
                "{\"maxTokens\": 0} | maxTokens must be positive; maxTokens=0",
                "{\"layers\": 0} | layers must be positive; layers=0",
                "{\"feedForward\": {\"hidden\": 0}} | hidden must be positive; hidden=0",
                "{\"width\": 0} | width must be positive; width=0",
                "{\"width\": 510, \"attention\": {\"heads\": 8}} | heads must divide width; width=510, heads=8",
                "{\"attention\": {\"heads\": 0}} | heads must be positive; heads=0",
                "{\"dropout\": 1} | dropout must be in [0, 1); dropout=1.0",
                "{\"dropout\": -0.1} | dropout must be in [0, 1); dropout=-0.1",
                "{\"norm\": {\"epsilon\": 0}} | epsilon must be positive; epsilon=0.0",
                "{\"attention\": {\"features\": 0}} | features must be positive; features=0",
                "{\"attention\": {\"redrawInterval\": -1}} | redraw interval must not be negative; interval=-1",
                "{\"attention\": {\"keyHeads\": 3}} | keyHeads must divide heads, or be 0 for as many; heads=4, keyHeads=3",
                "{\"attention\": {\"scale\": 0}} | scale must be positive and finite; scale=0.0",
                "{\"attention\": {\"keyHeads\": 2, \"temperature\": true}} | temperatures need a key head for each head, and queries and keys that are not normalised; keyHeads=2, heads=4, queryKeyNorm=NONE",
                "{\"attention\": {\"queryKeyNorm\": \"batch\"}} | unknown queryKeyNorm; queryKeyNorm=batch, known=none, layer, rms, width-layer, width-layer-gain, width-rms",
                "{\"attention\": {\"orthogonal\": \"all\"}} | unknown orthogonal; orthogonal=all, known=none, qk",
                "{\"attention\": {\"chunk\": -1}} | chunk must not be negative; chunk=-1",
                "{\"attention\": {\"positions\": \"spiral\"}} | unknown positions of attention; positions=spiral, known=none, rotary, rotary-interleaved, buckets, toeplitz, fourier",
                "{\"attention\": {\"positions\": \"rotary\", \"rotaryBase\": 1}} | rotaryBase must be greater than 1; rotaryBase=1.0",
                "{\"attention\": {\"positions\": \"rotary\", \"rotaryFraction\": 0.01}} | rotary positions need at least one pair of columns; headSize=64, rotaryFraction=0.01",
                "{\"attention\": {\"decay\": \"linear\"}} | unknown decay of attention; decay=linear, known=none, fixed, alibi, selective",
                "{\"attention\": {\"decay\": \"selective\", \"kind\": \"exact\"}} | decay needs linear attention, or exact attention if it is fixed; decay=Decay[selective=true, shortest=8.0, longest=200.0, free=0.25, alibi=false], kind=EXACT",
                "{\"attention\": {\"decayShortest\": 9, \"decayLongest\": 8}} | half-lives must be positive and rise; decayShortest=9.0, decayLongest=8.0",
                "{\"attention\": {\"decayFree\": 1}} | decayFree must be in [0, 1); decayFree=1.0",
                "{\"attention\": {\"convolution\": 4}} | a convolution must have taps, an odd number unless causal; taps=4, causal=false",
                "{\"attention\": {\"convolution\": -1}} | a convolution must have taps, an odd number unless causal; taps=-1, causal=false",
                "{\"feedForward\": {\"kind\": \"swish\"}} | unknown feed-forward; name=swish, known=gelu, relu, reglu, geglu, silu, swiglu, gelu-tanh, geglu-tanh, snnk",
                "{\"feedForward\": {\"kind\": null}} | feedForward.kind must be given; kind=null",
                "{\"attention\": {\"kind\": \"exact\", \"window\": -1}} | window must not be negative, and 0 is none; window=-1",
                "{\"attention\": {\"window\": 9}} | a window needs exact attention, or local heads; window=9, kind=linear, exactEvery=0, linearBlocks=all",
                "{\"attention\": {\"kind\": \"auto\", \"window\": 9}} | a window needs exact attention, or local heads; window=9, kind=auto, exactEvery=0, linearBlocks=all",
                "{\"local\": {\"globalEvery\": 1, \"window\": 3}} | local.globalEvery must be at least 2, or 0 for no local blocks; globalEvery=1",
                "{\"local\": {\"globalEvery\": 2}} | local blocks have a window, and only they; globalEvery=2, window=0, rotaryBase=0.0",
                "{\"local\": {\"window\": 3}} | local blocks have a window, and only they; globalEvery=0, window=3, rotaryBase=0.0",
                "{\"local\": {\"globalEvery\": 2, \"window\": 3, \"rotaryBase\": 500}} | local.rotaryBase needs rotary positions; rotaryBase=500.0, attention.positions=none",
                "{\"exactEvery\": 2, \"local\": {\"globalEvery\": 2, \"window\": 3}} | blocks are counted by one of both: exactEvery or local.globalEvery; exactEvery=2, local.globalEvery=2",
                "{\"branchScale\": 0} | branchScale must be positive and finite; branchScale=0.0",
                "{\"norm\": {\"placement\": \"post\", \"first\": false}} | first and last are of norms in front; placement=post, first=false, last=same",
                "{\"exactEvery\": 1, \"attention\": {\"prefix\": 4}} | an exact prefix needs a block that attends linearly; prefix=4, exactEvery=1",
                "{\"linearBlocks\": \"1-9\"} | linearBlocks must not exceed the blocks; linearBlocks=1-9, layers=4",
                "{\"linearBlocks\": \"3-2\"} | linearBlocks must have ranges that go up; linearBlocks=3-2",
                "{\"linearBlocks\": \"0\"} | linearBlocks must be numbers of blocks from 1 on, as 1-6,9, or all; linearBlocks=0",
                "{\"linearBlocks\": \"2\", \"exactEvery\": 2} | exact blocks are counted or listed: exactEvery or linearBlocks; linearBlocks=2, exactEvery=2",
                "{\"linearBlocks\": \"1-2\", \"local\": {\"globalEvery\": 2, \"window\": 3}} | linearBlocks must be blocks that see all tokens; linearBlocks=1,2, local.globalEvery=2",
                "{\"linearBlocks\": \"2\", \"attention\": {\"kind\": \"exact\"}} | linearBlocks are those that do not attend exactly; linearBlocks=2, kind=exact",
                "{\"exactEvery\": -1} | exactEvery must be from 1 to layers, or 0 for never; exactEvery=-1, layers=4",
                "{\"exactEvery\": 5} | exactEvery must be from 1 to layers, or 0 for never; exactEvery=5, layers=4",
                "{\"exactEvery\": 2, \"attention\": {\"kind\": \"exact\"}} | exactEvery needs other blocks that do not attend exactly; exactEvery=2, kind=exact",
                "{\"exactEvery\": 2, \"attention\": {\"window\": -1}} | window must not be negative, and 0 is none; window=-1",
                "{\"attention\": {\"featureMap\": null}} | featureMap must be given; featureMap=null",
                "{\"embedding\": {\"positions\": \"rotary\"}} | unknown positions; positions=rotary, known=learned, sinusoidal, axial, none",
                "{\"attention\": {\"statistics\": \"none\"}} | unknown statistics; statistics=none, known=sequence, running, fixed",
                "{\"head\": {\"pooling\": \"most\"}} | unknown pooling; pooling=most, known=mean, first, last, sum, max",
                "{\"norm\": {\"placement\": \"mid\"}} | unknown placement; placement=mid, known=pre, post, rezero",
                "{\"attention\": \"exact\"} | the key has moved; key=model.attention, now=model.attention.kind",
                "{\"preNorm\": true} | the key has moved; key=model.preNorm, now=model.norm.placement",
                "{\"norm\": 3} | a topic must be a JSON object; key=norm, found=3",
                "[] | model configuration must be a JSON object; found=ARRAY",
                "3 | model configuration must be a JSON object; found=NUMBER"
            })
    void brokenRulesAreNamed(String json, String message) {
        assertThatThrownBy(() -> PerformerConfig.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /** A stored model is read all the same; nothing more is built of it. */
    @Test
    void whatNoBlockHasIsRefused() {
        PerformerConfig decay = PerformerConfig.fromJson("{\"exactEvery\": 1, \"attention\": {\"decay\": \"fixed\"}}");
        assertThatThrownBy(() -> decay.check(new MaskedLanguageModel()))
                .hasMessage("weights of a grid and decay need a block that attends linearly; grid=none, decay=fixed,"
                        + " exactEvery=1");
        PerformerConfig grid = PerformerConfig.fromJson("{\"exactEvery\": 1, \"attention\": {\"grid\": \"7x7\"}}");
        assertThatThrownBy(() -> grid.check(new MaskedLanguageModel()))
                .hasMessage("weights of a grid and decay need a block that attends linearly; grid=7x7, decay=none,"
                        + " exactEvery=1");
    }

    /** Nothing is guessed: fractions, texts and nulls for numbers, ordinals for names, twice the same key, and no JSON at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"width\": 128.5}",
                "{\"width\": \"128\"}",
                "{\"layers\": null}",
                "{\"bias\": \"yes\"}",
                "{\"attention\": {\"causal\": 0}}",
                "{\"width\": 128, \"width\": 256}",
                "{\"width\": 128} {}",
                "{",
                "",
                "{\"attention\": {\"projection\": \"dense\"}}",
                "{\"attention\": {\"kind\": \"quadratic\"}}",
                "{\"attention\": {\"featureMap\": \"performer\"}}",
                "{\"attention\": {\"featureMap\": \"trigonometric\", \"features\": 7}}"
            })
    void valuesOfAnotherTypeAreRefusedInOneLine(String json) {
        assertThatThrownBy(() -> PerformerConfig.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void unknownKeysAreNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> PerformerConfig.fromJson("{\"widht\": 12}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "unknown key of the model configuration; key=widht, known=maxTokens, width, layers, exactEvery, linearBlocks, dropout");
        assertThatThrownBy(() -> PerformerConfig.defaults().with("depth", 3)).hasMessageContaining("key=depth");
        assertThatThrownBy(() -> PerformerConfig.defaults().with("attention.depth", 3))
                .hasMessageContaining("key=attention.depth, known=attention.kind, attention.heads");
        assertThatThrownBy(() -> PerformerConfig.defaults().graph(new MaskedLanguageModel(), new Adam(), 0, 1))
                .hasMessage("vocabulary must be known before the graph is built; vocabulary=0");
    }

    /** Who names no projection gets the map's; presets train as they did when they named orthogonal rows. */
    @Test
    void anAutomaticProjectionIsTheMaps() throws IOException {
        PerformerConfig config = PerformerConfig.defaults();
        assertThat(config.attention().projection()).isEqualTo("auto");
        assertThat(config.attentionOptions().projection()).isEqualTo(Projection.SIMPLEX);
        assertThat(config.with("attention.featureMap", "trigonometric")
                        .attentionOptions()
                        .projection())
                .isEqualTo(Projection.ORTHOGONAL);
        assertThat(config.with("attention.projection", "Givens")
                        .attentionOptions()
                        .projection())
                .isEqualTo(Projection.GIVENS);
        for (String preset : Presets.names()) {
            PerformerConfig model = PerformerConfig.fromJson(model(preset));
            assertThat(model.attentionOptions().projection()).as(preset).isEqualTo(Projection.ORTHOGONAL);
        }
    }

    @Test
    void attentionFollowsTheConfiguration() {
        AttentionOptions options = PerformerConfig.defaults()
                .withCausal(true)
                .with("attention.featureMap", "relu")
                .with("attention.projection", "iid")
                .with("attention.chunk", 5)
                .with("bias", false)
                .attentionOptions();
        assertThat(options)
                .isEqualTo(AttentionOptions.defaults()
                        .withHeads(4)
                        .withCausal(true)
                        .withFeatureMap(FeatureMap.named("relu"))
                        .withProjection(Projection.IID)
                        .withFeatures(128)
                        .withChunk(5)
                        .withBias(false));
        AttentionOptions other = PerformerConfig.defaults()
                .with("attention.keyHeads", 2)
                .with("attention.queryKeyNorm", "Width_Layer")
                .with("attention.scale", 1)
                .with("attention.gate", true)
                .with("attention.orthogonal", "QK")
                .attentionOptions();
        assertThat(other.headsPerKey()).isEqualTo(2);
        assertThat(other.queryKeyNorm()).isEqualTo(QueryKeyNorm.WIDTH_LAYER);
        assertThat(other.scale()).isEqualTo(1);
        assertThat(other.gate()).isTrue();
        PerformerConfig exact = PerformerConfig.defaults().with("attention.kind", "exact");
        assertThat(exact.with("attention.window", 5).attentionOptions().distances())
                .isEqualTo(new Window(4, 4));
        assertThat(exact.withCausal(true)
                        .with("attention.window", 5)
                        .attentionOptions()
                        .distances())
                .isEqualTo(new Window(4, 0));
        assertThat(exact.attentionOptions().distances()).isNull();
        assertThat(other.orthogonal()).isEqualTo(Orthogonality.QK);
        assertThat(PerformerConfig.defaults().attentionOptions().causal()).isFalse();
    }

    /** Blocks N, 2N, … have no more of the others' attention than exact attention takes; the others know no window. */
    @Test
    void everyNthBlockIsExact() {
        PerformerConfig c = PerformerConfig.defaults()
                .withVocabulary(7)
                .withCausal(true)
                .with(Map.of("layers", 7, "exactEvery", 3, "attention.window", 5))
                .with("attention.decay", "selective")
                .with("attention.convolution", 4)
                .with("attention.gate", true)
                .with("attention.positions", "rotary");
        AttentionOptions linear = c.attentionOptions();
        AttentionOptions exact =
                linear.withDecay(null).withKind(AttentionOptions.Kind.EXACT).withWindow(5);
        List<AttentionOptions> built = blocks(c);
        assertThat(built).containsExactly(linear, linear, exact, linear, linear, exact, linear);
        assertThat(linear.window()).isZero();
        PerformerConfig fitted = c.with(
                Map.of("attention.decay", "none", "attention.featureMap", "oprf", "attention.statistics", "running"));
        assertThat(fitted.attentionOptions(2).keepsStatistics()).isFalse();
        assertThat(fitted.attentionOptions(3).keepsStatistics()).isTrue();
        PerformerConfig learned = fitted.with(Map.of(
                "attention.featureMap",
                "relu",
                "attention.statistics",
                "sequence",
                "attention.learnedProjection",
                true));
        assertThat(learned.attentionOptions(2).learnedProjection()).isFalse();
        assertThat(learned.attentionOptions(3).learnedProjection()).isTrue();
        assertThat(blocks(c.with(Map.of("exactEvery", 0, "attention.window", 0))))
                .containsOnly(linear);
        assertThat(blocks(c.with(Map.of("exactEvery", 1, "attention.decay", "none"))))
                .containsOnly(exact);
        PerformerConfig grid = PerformerConfig.defaults()
                .with(Map.of("attention.grid", "7x7", "attention.positions", "fourier", "exactEvery", 1));
        assertThat(grid.attentionOptions(0).cells())
                .as("Fourier positions are exact attention's, too")
                .isNotNull();
    }

    /** As above, of blocks that are listed; lists have one form, so that equal configurations are equal records. */
    @Test
    void listedBlocksAreLinear() {
        PerformerConfig c = PerformerConfig.defaults()
                .withVocabulary(7)
                .withCausal(true)
                .with(Map.of("layers", 7, "linearBlocks", "5, 2-3 ,7,3", "attention.window", 5));
        AttentionOptions linear = c.attentionOptions();
        AttentionOptions exact = linear.withKind(AttentionOptions.Kind.EXACT).withWindow(5);
        assertThat(c.linearBlocks()).isEqualTo("2,3,5,7");
        assertThat(blocks(c)).containsExactly(exact, linear, linear, exact, linear, exact, linear);
        assertThat(PerformerConfig.fromJson(c.toJson())).isEqualTo(c);
        assertThat(c.with("linearBlocks", "7,1-4,6").linearBlocks()).isEqualTo("1-4,6,7");
        PerformerConfig all = c.with(Map.of("linearBlocks", "ALL", "attention.window", 0));
        assertThat(all.linearBlocks()).isEqualTo("all");
        assertThat(blocks(all)).containsOnly(linear);
        assertThat(blocks(all.with("linearBlocks", "1-7"))).containsOnly(linear);
        assertThatThrownBy(() -> c.with("linearBlocks", "1-7"))
                .hasMessageStartingWith("a window needs exact attention, or local heads; window=5");
    }

    @Test
    void blocksBetweenGlobalOnesAreLocal() {
        PerformerConfig c = PerformerConfig.defaults()
                .withVocabulary(7)
                .withCausal(true)
                .with(Map.of("layers", 5, "local.globalEvery", 2, "local.window", 5))
                .with("attention.decay", "fixed")
                .with("attention.positions", "rotary")
                .with("norm.first", false);
        AttentionOptions linear = c.attentionOptions();
        AttentionOptions local =
                linear.withDecay(null).withKind(AttentionOptions.Kind.EXACT).withWindow(5);
        assertThat(blocks(c)).containsExactly(linear, local, linear, local, linear);
        AttentionOptions turned = local.withRotary(new Rotary(300, 1, false));
        assertThat(blocks(c.with("local.rotaryBase", 300))).containsExactly(linear, turned, linear, turned, linear);
        assertThat(c.with("attention.decay", "alibi").attentionOptions(1).decay())
                .isEqualTo(Decay.slopes());
        PerformerConfig exact = c.with("attention.decay", "none").with("attention.kind", "exact");
        assertThat(blocks(exact).stream().map(AttentionOptions::window)).containsExactly(0, 5, 0, 5, 0);
        var vertices = c.graph(new CausalLanguageModel(), new Adam(), 0, 1).getVertices();
        for (int i = 0; i < 5; i++) {
            LayerVertex vertex = (LayerVertex) vertices.get(PerformerConfig.blockVertex(i));
            PerformerBlockLayer block =
                    (PerformerBlockLayer) vertex.getLayerConf().getLayer();
            assertThat(block.isAttentionNorm()).isEqualTo(i > 0);
        }
    }

    private static List<AttentionOptions> blocks(PerformerConfig c) {
        var vertices = c.graph(new CausalLanguageModel(), new Adam(), 0, 1).getVertices();
        return IntStream.range(0, c.layers())
                .mapToObj(i -> (LayerVertex) vertices.get(PerformerConfig.blockVertex(i)))
                .map(v -> ((PerformerBlockLayer) v.getLayerConf().getLayer()).getAttention())
                .toList();
    }

    @Test
    void presetsLoadAndBuild() throws IOException {
        assertThat(Presets.names()).isNotEmpty();
        for (String name : Presets.names()) {
            PerformerConfig config = PerformerConfig.fromJson(model(name));
            config = config.vocabulary() == 0 ? config.withVocabulary(29) : config;
            Task task = config.attention().causal() ? new CausalLanguageModel() : new MaskedLanguageModel();
            task = config.encoder().layers() > 0 ? new Translation() : task;
            task = config.head().pooling().equals("mean") ? task : new Regression().plain(List.of("y"));
            assertThat(config.graph(task, new Adam(1e-3), 0.1, 1).getNetworkOutputs())
                    .containsExactly("head");
        }
        assertThatThrownBy(() -> Presets.json("none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown preset; name=none, known=");
    }

    private static JsonNode model(String preset) throws IOException {
        return new ObjectMapper().readTree(Presets.json(preset)).path("model");
    }

    @Test
    void bodyAndTaskMustGoTogether() {
        PerformerConfig c = PerformerConfig.defaults().withVocabulary(7);
        assertThatThrownBy(() -> c.graph(new CausalLanguageModel(), new Adam(), 0, 1))
                .hasMessage("the task needs attention that is causal; task=causal-lm, model.attention.causal=false");
        assertThatThrownBy(() -> c.withCausal(true).graph(new MaskedLanguageModel(), new Adam(), 0, 1))
                .hasMessage(
                        "the task needs attention that sees both sides; task=masked-lm, model.attention.causal=true");
        assertThatThrownBy(() -> c.graph(new Classification(), new Adam(), 0, 1))
                .hasMessage("the task must be complete before the graph is built; task=classify, missing=task.labels");
        assertThatThrownBy(() -> c.with("head.tied", true)
                        .graph(new Classification().with(List.of("a", "b"), null), new Adam(), 0, 1))
                .hasMessageContaining("task=classify, model.head.tied=true");
    }

    @Test
    void verticesHaveTheirNames() {
        PerformerConfig c = PerformerConfig.defaults()
                .withVocabulary(7)
                .with("attention.heads", 1)
                .with("width", 4)
                .with("layers", 2);
        assertThat(c.graph(new MaskedLanguageModel(), new Adam(), 0, 1).getVertices())
                .containsOnlyKeys("embedding", "positions", "block-0", "block-1", "final-norm", "head");
        assertThat(c.hiddenVertex()).isEqualTo("final-norm");
        PerformerConfig tied = c.with("head.tied", true).with("norm.placement", "post");
        assertThat(tied.graph(new MaskedLanguageModel(), new Adam(), 0, 1).getVertices())
                .containsOnlyKeys("table", "embedding", "positions", "block-0", "block-1", "logits", "head");
        assertThat(tied.hiddenVertex()).isEqualTo("block-1");
        assertThat(new ComputationGraph(c.graph(new MaskedLanguageModel(), new Adam(), 0, 1)).getNumInputArrays())
                .isEqualTo(1);
    }

    @Test
    void relativePositionsReachAsFarAsTheModel() {
        PerformerConfig config = PerformerConfig.defaults();
        assertThat(config.attentionOptions().relative()).isNull();
        assertThat(config.with("attention.positions", "Buckets")
                        .attentionOptions()
                        .relative())
                .isEqualTo(RelativePositions.t5());
        PerformerConfig toeplitz = config.with(Map.of("attention.positions", "toeplitz", "maxTokens", 77));
        assertThat(toeplitz.attentionOptions().relative()).isEqualTo(RelativePositions.offsets(77));
        assertThat(toeplitz.with("attention.relativeReach", 9)
                        .attentionOptions()
                        .relative())
                .isEqualTo(RelativePositions.offsets(9));
        PerformerConfig mixed = config.with(Map.of(
                "attention.positions",
                "toeplitz",
                "attention.relativeReach",
                9,
                "attention.groups",
                List.of(Map.of("heads", 3), Map.of("heads", 1, "kind", "exact", "window", 4))));
        assertThat(mixed.attentionOptions().headGroups())
                .allSatisfy(group -> assertThat(group.sees().relative()).isEqualTo(RelativePositions.offsets(9)));
        assertThat(config.with(Map.of("attention.positions", "toeplitz", "exactEvery", 2))
                        .attentionOptions(1)
                        .relative())
                .isEqualTo(RelativePositions.offsets(config.maxTokens()));
        assertThatThrownBy(() -> config.with(Map.of(
                        "attention.positions",
                        "buckets",
                        "local.globalEvery",
                        2,
                        "local.window",
                        3,
                        "local.rotaryBase",
                        500)))
                .hasMessageContaining("local.rotaryBase needs rotary positions");
        assertThatThrownBy(() -> config.with(Map.of("attention.positions", "buckets", "attention.decay", "fixed")))
                .hasMessageStartingWith("relative positions have weights of their own");
        assertThatThrownBy(() -> config.with(Map.of("attention.positions", "buckets", "attention.relativeBuckets", 30)))
                .hasMessage("buckets must be divisible by 4, for two sides; buckets=30, causal=false");
    }

    @Test
    void fourierPositionsRangeOverTheModelsTokens() {
        PerformerConfig config =
                PerformerConfig.defaults().with(Map.of("attention.positions", "fourier", "maxTokens", 77));
        assertThat(config.attentionOptions().fourier()).isEqualTo(FourierPositions.of(77));
        PerformerConfig cells = config.with("attention.grid", "5x9");
        assertThat(cells.attentionOptions().grid()).isNull(); // no weight for each difference
        assertThat(cells.attentionOptions().fourier())
                .isEqualTo(FourierPositions.of(9).on(Grid.of(5, 9)));
        List<Map<String, Object>> groups = List.of(Map.of("heads", 2), Map.of("heads", 2, "kind", "exact"));
        PerformerConfig grouped = cells.with(Map.of("attention.heads", 4, "attention.groups", groups));
        assertThat(grouped.attentionOptions().groups().values())
                .hasSize(2)
                .allMatch(group -> group.grid() == null
                        && group.fourier().equals(FourierPositions.of(9).on(Grid.of(5, 9))));
        assertThatThrownBy(() -> config.with("attention.featureMap", "relu"))
                .hasMessageStartingWith("Fourier positions add to scores");
        assertThatThrownBy(() -> config.with("attention.fourierDraws", 0))
                .hasMessageStartingWith("components, draws and range of Fourier positions must be positive");
    }

    @Test
    void gridsAreSizesWithXBetweenThem() {
        PerformerConfig config = PerformerConfig.defaults();
        assertThat(config.attentionOptions().grid()).isNull();
        assertThat(config.with("attention.grid", "7X5").attentionOptions().grid())
                .isEqualTo(Grid.of(7, 5));
        assertThat(config.with("attention.grid", "CLS+7x5x2").attentionOptions().grid())
                .isEqualTo(new Grid(List.of(7, 5, 2), true));
        for (String none : List.of("7x", "cls+", "cls7x7", "7x7+cls")) {
            assertThatThrownBy(() -> config.with("attention.grid", none))
                    .hasStackTraceContaining(
                            "a grid must be none, or sizes with x between them, as 7x7 or cls+7x7; grid=" + none);
        }
        assertThatThrownBy(() -> config.with("attention.grid", "7x7").withCausal(true))
                .hasStackTraceContaining("a grid needs linear attention that is not causal");
    }

    private static PerformerConfig groups(PerformerConfig c, String json) throws IOException {
        return c.with("attention.groups", new ObjectMapper().readTree(json));
    }

    /** What a group leaves out is as the attention's own keys say, but for what its kind has no use for. */
    @Test
    void groupsOfHeadsAttendInTheirOwnWays() throws IOException {
        PerformerConfig c = groups(
                PerformerConfig.defaults()
                        .withCausal(true)
                        .with(Map.of("attention.projection", "iid", "attention.decay", "fixed", "exactEvery", 2))
                        .with("attention.window", 64),
                "[{\"heads\": 2}, {\"heads\": 1, \"featureMap\": \"ReLU\", \"features\": 32, \"decay\": \"none\"},"
                        + " {\"heads\": 1, \"kind\": \"Exact\"}]");
        assertThat(PerformerConfig.fromJson(c.toJson())).isEqualTo(c);
        Visibility sees = Visibility.ALL.withCausal(true);
        Decay decay = new Decay(false, 8, 200, 0.25);
        FeatureMap map = FeatureMap.named("positive");
        assertThat(c.attentionOptions().headGroups())
                .containsExactly(
                        HeadGroup.linear(2, map, 128)
                                .drawn(Projection.IID)
                                .seeing(sees.withDecay(decay))
                                .named(""),
                        HeadGroup.linear(1, FeatureMap.named("relu"), 32)
                                .drawn(Projection.ORTHOGONAL)
                                .seeing(sees)
                                .named("group2"),
                        HeadGroup.exact(1).seeing(sees.withWindow(64)).named("group3"));
        assertThat(c.attentionOptions(1).further()).isEmpty();
        assertThat(c.attentionOptions(1).distances()).isEqualTo(new Window(63, 0));
        PerformerConfig skewed = groups(
                PerformerConfig.defaults(),
                "[{\"heads\": 3}, {\"heads\": 1, \"kind\": \"exact\", \"window\": 9, \"windowBehind\": 2}]");
        assertThat(skewed.attentionOptions().groups().get("group2.").distances())
                .isEqualTo(new Window(8, 2));
        assertThat(PerformerConfig.fromJson("{\"attention\": {\"groups\": null}}"))
                .isEqualTo(PerformerConfig.defaults());
        assertThat(blocks(c.withVocabulary(7)).get(0))
                .isEqualTo(c.attentionOptions().pinned());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"heads\": 2}, {\"heads\": 1}] | heads of the groups must add up to heads; heads=4, groups=[2, 1]",
                "[{\"kind\": \"exact\"}] | a group of heads must say how many; heads=null",
                "[{\"heads\": 4, \"size\": 3}] | unknown key of a group of heads; key=size, known=heads, kind, featureMap",
                "[3] | attention.groups must be a list of JSON objects; found=3",
                "3 | attention.groups must be a list of JSON objects; found=3",
                "[{\"heads\": 3}, {\"heads\": 1, \"featureMap\": \"sphere\"}] | unknown feature map",
                "[{\"heads\": 3}, {\"heads\": 1, \"kind\": \"exact\", \"features\": 8}] | a group of heads that attend exactly has no feature map; kind=exact, featureMap=null, projection=null, features=8",
                "[{\"heads\": 3}, {\"heads\": 1, \"kind\": \"exact\", \"decay\": \"selective\"}] | decay needs linear attention",
                "[{\"heads\": 3}, {\"heads\": 1, \"window\": 5}] | a window needs exact attention, or local heads; window=5, kind=LINEAR",
                "[{\"heads\": 4, \"kind\": \"exact\", \"windowBehind\": 5}] | windowBehind must not be negative, and needs a window; windowBehind=5, window=null",
                "[{\"heads\": 2}, {\"heads\": 2, \"featureMap\": \"oprf\"}] | causal attention needs running or fixed statistics with this feature map"
            })
    void groupsThatCannotBeAreRefused(String json, String message) {
        PerformerConfig causal = PerformerConfig.defaults().withCausal(true);
        assertThatThrownBy(() -> groups(causal, json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
        assertThatThrownBy(() -> groups(PerformerConfig.defaults().with("attention.localHeads", 0), "[{\"heads\": 4}]")
                        .with(Map.of("attention.localHeads", 1, "attention.window", 3)))
                .hasMessageStartingWith("localHeads is short for groups");
    }
}
