package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.BpeTrainer;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What models say of many texts is what they say of each, and no text loses its end on the way; windows are of 13 tokens. */
class ManyAtOnceTest {
    private static final float NEAR = 1e-5f;

    /** Of a masked model, a classifier and a causal model, which all have vectors; some texts are longer than the window. */
    @ParameterizedTest
    @ValueSource(strings = {"masked", "causal", "classes"})
    void vectorsOfEveryModelThatReadsOneSequence(String kind) {
        PerformerModel model = switch (kind) {
            case "masked" -> Samples.masked(3);
            case "causal" -> Samples.model(new CausalLanguageModel(), Framing.START, new ProteinTokenizer(), 8, 5);
            default -> Uses.classifier(false);
        };
        Embedder embedder = model.embedder();
        List<String> texts = Uses.proteins(40);
        List<float[]> many = embedder.embed(texts);
        for (int i = 0; i < texts.size(); i++) {
            float[] alone = embedder.embed(texts.get(i));
            assertThat(many.get(i)).containsExactly(alone, within(NEAR));
            assertThat(model.embed(texts.get(i))).isEqualTo(alone);
            assertThat(mean(model.embedTokens(texts.get(i)))).containsExactly(alone, within(NEAR));
        }
        assertThat(embedder.width()).isEqualTo(8);
        assertThat(embedder.windows(embedder.reader().read("M".repeat(11)))).isEqualTo(1);
        assertThat(embedder.windows(embedder.reader().read("M".repeat(38)))).isGreaterThan(2);
        assertThatThrownBy(() -> embedder.similarity("MK", "V"))
                .hasMessageStartingWith("similarity needs a model of task pairs");
        assertThatThrownBy(() -> embedder.embed(List.of("MK", "")))
                .hasMessage("a sequence must have a token; tokens=0, input=1");
    }

    private static float[] mean(float[]... rows) {
        float[] mean = new float[rows[0].length];
        for (float[] row : rows) {
            for (int e = 0; e < mean.length; e++) {
                mean[e] += row[e] / rows.length;
            }
        }
        return mean;
    }

    @Test
    void textsOfManyPromptsAreThoseOfEach() {
        PerformerModel model = Samples.causal(5);
        model.net().params().muli(6); // far from uniform
        model.net()
                .getLayer(HeadPlace.OUTPUT)
                .getParam("b")
                .putScalar(model.info().tokenizer().specials().eos(), -30.0); // texts do not end by themselves
        Generator generator = new Generator(model).withMaxNew(30).withSeed(7);
        List<String> prompts = List.of("ab", "", "dcba dcba", "ab");
        for (int count : new int[] {1, 3}) {
            List<String> told = new ArrayList<>(Collections.nCopies(prompts.size() * count, ""));
            Generator several = generator.withCount(count);
            List<List<Generated>> all = several.withListener(
                            (sequence, more) -> told.set(sequence, told.get(sequence) + more))
                    .generate(prompts);
            for (int p = 0; p < prompts.size(); p++) {
                List<Generated> alone = several.generate(prompts.get(p));
                assertThat(texts(all.get(p))).isEqualTo(texts(alone)).hasSize(count);
                assertThat(all.get(p)).extracting(Generated::sequence).isEqualTo(numbers(count));
                for (int s = 0; s < count; s++) {
                    assertThat(told.get(p * count + s)).isEqualTo(alone.get(s).text());
                    assertThat(all.get(p).get(s).state().ids())
                            .isEqualTo(alone.get(s).state().ids());
                }
            }
            assertThat(texts(all.get(0))).isEqualTo(texts(all.get(3))).isNotEqualTo(texts(all.get(2)));
        }
        assertThat(generator.generate(List.of())).isEmpty();
        assertThatThrownBy(() -> generator.withCount(Generator.MAX_COUNT).generate(prompts))
                .hasMessageContaining("texts of one call must be no more than 1048576; texts=4194304");
    }

    private static List<String> texts(List<Generated> all) {
        return all.stream().map(Generated::text).toList();
    }

    private static List<Integer> numbers(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    /** A prompt that the window cannot hold is refused, or goes on with what was left out told. */
    @Test
    void noPromptLosesItsBeginningInSilence() {
        Generator generator = new Generator(Samples.causal(3)).withMaxNew(4);
        String fits = "abcd abcd ab"; // and one token of frame in front of it
        assertThat(generator.unseen(fits)).isZero();
        assertThat(generator.withMaxNew(1).generate(fits).get(0).unseen()).isZero();
        assertThat(generator.unseen(fits + "dd")).isEqualTo(2);
        for (int beams : new int[] {0, 2}) {
            assertThatThrownBy(() -> {
                        if (beams == 0) {
                            generator.generate(List.of(fits, fits + "dd"));
                        } else {
                            generator.beams(fits + "dd", beams);
                        }
                    })
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a prompt must fit what the model sees at once, its frame included, unless"
                            + " withLongPrompts(true) lets its beginning go; tokens=15, window=13");
        }
        Generated begun = generator.generate("ab").get(0);
        assertThatThrownBy(() -> generator.resume(List.of(begun.state()), "abcd abcd abcd"))
                .hasMessageEndingWith("tokens=14, window=13");
        Generator sliding = generator.withLongPrompts(true);
        assertThat(sliding.withMaxNew(1).generate(fits + "dd").get(0).unseen()).isEqualTo(2);
        Generated four = sliding.generate(fits + "dd").get(0);
        assertThat(four.unseen()).isEqualTo(2 + four.tokens() - 1);
    }

    /** A file that asks for 4 tokens, as that of MiniLM asks for 128. */
    @Test
    void theTokenizersOwnTruncationIsNotApplied() {
        String json = new BpeTrainer(List.of("<s>", "</s>", "<mask>"))
                .add("the cat sat on the mat and the cat ran")
                .train(270, 2)
                .json();
        String cutting = json.replace(
                "\"truncation\":null",
                "\"truncation\":{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}");
        assertThat(cutting).isNotEqualTo(json);
        JsonTokenizer tokenizer = JsonTokenizer.of(cutting);
        String text = "the cat sat on the mat and the cat";
        int tokens = tokenizer.encode(text).length;
        assertThat(tokens).isGreaterThan(8);
        List<float[]> vectors = of(new MaskedLanguageModel(), Framing.BOTH, tokenizer)
                .embedder()
                .embed(List.of(text, text + "s"));
        assertThat(vectors.get(0)).isNotEqualTo(vectors.get(1));
        FillMask fill = of(new MaskedLanguageModel(), Framing.BOTH, tokenizer).fillMask();
        assertThat(fill.fill(text + "<mask>").get(0).position()).isEqualTo(tokens);
        Task classes = new Classification(Uses.CLASSES, false, "none", null);
        Classifier classifier = of(classes, Framing.BOTH, tokenizer).classifier();
        assertThat(classifier.classify(text + "s").scores())
                .isNotEqualTo(classifier.classify(text).scores());
        Tagger tagger = of(new Tagging().with(List.of("N", "V")), Framing.BOTH, tokenizer)
                .tagger();
        assertThat(tagger.tag(text).tags()).hasSize(tokens);
        Generator generator = new Generator(of(new CausalLanguageModel(), Framing.START, tokenizer)).withMaxNew(0);
        int[] read = generator.generate("the cat sat on").get(0).state().ids();
        assertThat(Arrays.copyOfRange(read, 1, read.length)).isEqualTo(tokenizer.encode("the cat sat on"));
        assertThat(read).hasSizeGreaterThan(5);
        assertThat(Set.of(generator.unseen(text))).containsExactly(Math.max(0, tokens + 1 - 13));
    }

    private static PerformerModel of(Task task, Framing framing, JsonTokenizer tokenizer) {
        return Samples.model(task, framing, tokenizer, 8, 3);
    }
}
