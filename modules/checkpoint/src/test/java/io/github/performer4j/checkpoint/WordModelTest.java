package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.BpeTrainer;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.JsonTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose tokenizer comes from a file with special ids of its own. */
class WordModelTest {
    private static final String TEXT = "the cat sat on the mat and the cat ran";

    @TempDir
    Path folder;

    private static PerformerModel model(Task task, Framing framing, String... specials) {
        JsonTokenizer tokenizer = new BpeTrainer(List.of(specials)).add(TEXT).train(270, 2);
        return Samples.model(task, framing, tokenizer, 8, 3);
    }

    @Test
    void theWholeTokenizerIsSavedWithTheModel() throws IOException {
        PerformerModel model = model(new MaskedLanguageModel(), Framing.BOTH, "<s>", "</s>", "<mask>");
        Path zip = folder.resolve("model.zip");
        ModelFile.save(zip, model.net(), model.info(), false, Map.of());
        PerformerModel restored = ModelFile.load(zip);
        assertThat(restored.info()).isEqualTo(model.info());
        assertThat(restored.info().tokenizer()).isInstanceOf(JsonTokenizer.class);
        assertThat(restored.embed("the cat \uD83D\uDE00")).isEqualTo(model.embed("the cat \uD83D\uDE00"));
    }

    @Test
    void masksAreFilledAtTheirPlaces() {
        PerformerModel model = model(new MaskedLanguageModel(), Framing.BOTH, "<s>", "</s>", "<mask>");
        int[] ids = model.readMasked("the<mask> sat").ids();
        List<Filled> filled = model.fill("the<mask> sat");
        assertThat(filled).hasSize(1);
        assertThat(ids[filled.get(0).position()]).isEqualTo(2);
        assertThat(filled.get(0).guesses())
                .hasSize(5)
                .noneMatch(guess -> guess.token().equals("<mask>"));
    }

    /** Without BOS and EOS every row of activations is a token's, and no window is lost. */
    @Test
    void aVocabularyWithoutAFrameHasARowForEachToken() {
        PerformerModel model = model(new MaskedLanguageModel(), Framing.BOTH, "<mask>");
        int[] ids = model.read(TEXT).ids();
        float[][] rows = model.embedTokens(ids);
        assertThat(rows.length).isEqualTo(ids.length);
        assertThat(List.of(rows)).allMatch(row -> row.length == 8);
        assertThat(model.windows(new int[Samples.MAX_TOKENS])).isEqualTo(1);
        assertThat(model.windows(new int[Samples.MAX_TOKENS + 1])).isEqualTo(2);
    }

    @Test
    void aTextGoesOnFromTheOneSpecialTokenOfGpt2() {
        PerformerModel model = model(new CausalLanguageModel(), Framing.START, "<|endoftext|>");
        Sampling sampling = Sampling.defaults();
        String text = model.generate("", 12, sampling, 5);
        assertThat(model.generate("", 12, sampling, 5)).isEqualTo(text);
        assertThatThrownBy(() -> model.readMasked("the <mask>"))
                .hasMessageContaining("the vocabulary must have a token for this use; missing=mask");
    }

    /** A vocabulary with a separator has it between the texts of a pair, and words are tagged by their first pieces. */
    @Test
    void pairsAndWords() {
        Task classes = new Classification(Uses.CLASSES, false, "none", null);
        PerformerModel pairs = model(classes, Framing.BOTH, "<s>", "</s>", "<sep>");
        int separator = pairs.info().tokenizer().specials().separator();
        ModelInput pair = pairs.classifier().reader().read("the cat", "the mat");
        assertThat(separator).isNotNegative();
        assertThat(pair.ids()[pair.first().ids().length]).isEqualTo(separator);
        assertThat(pairs.classify("the cat", "the mat").scores()).hasSize(3);
        PerformerModel words = model(new Tagging().with(List.of("N", "V")).tagging(true), Framing.BOTH, "<s>", "</s>");
        Tagged tagged = words.tag("the catnap ran");
        assertThat(tagged.tags()).extracting(Tagged.Tag::text).containsExactly("the", "catnap", "ran");
        EncodedText tokens = words.read("the catnap ran");
        assertThat(tokens.ids()).hasSizeGreaterThan(3);
        int second = 0;
        while (tokens.ends()[second] <= 4) {
            second++;
        }
        float[] p = Uses.byHand(words, Uses.framed(words, "the catnap ran")); // [T·2], the first row the frame's
        assertThat(tagged.tags().get(1).probability())
                .isCloseTo(Math.max(p[2 * second + 2], p[2 * second + 3]), within(1e-6));
    }
}
