package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masked tokens of one text and of many. */
class FillMaskTest {
    @TempDir
    Path dir;

    private static PerformerModel model() {
        return Uses.proteins(new MaskedLanguageModel(), 3);
    }

    /** The head's probabilities at the masked place, best first, those of special tokens left out. */
    @Test
    void guessesAreTheHeadsBest() {
        PerformerModel model = model();
        Filled filled = model.fillMask().withGuesses(20).fill("MK_LV").get(0);
        assertThat(filled.position()).isEqualTo(2);
        assertThat(filled.guesses()).hasSize(20);
        int[] row = model.info()
                .data()
                .framing()
                .frame(model.info().tokenizer(), model.readMasked("MK_LV").ids());
        float[] all = Uses.byHand(model, row); // [T·V]
        int v = new ProteinTokenizer().size();
        double before = 1;
        for (Filled.Guess guess : filled.guesses()) {
            int id = model.info().tokenizer().encode(guess.token())[0];
            assertThat(guess.probability())
                    .isCloseTo(all[3 * v + id], within(1e-6))
                    .isLessThanOrEqualTo(before);
            before = guess.probability();
        }
    }

    /** Some of them longer than the window, which is 13. */
    @Test
    void manyTextsInTheirOrderAndNoneCutOff() {
        FillMask fill = model().fillMask();
        List<String> texts =
                Uses.proteins(40).stream().map(text -> "_" + text + "?M").toList();
        List<List<Filled>> all = fill.fill(texts);
        for (int i = 0; i < texts.size(); i++) {
            List<Filled> one = fill.fill(texts.get(i));
            assertThat(all.get(i))
                    .extracting(Filled::position)
                    .containsExactly(0, texts.get(i).length() - 2);
            for (int m = 0; m < 2; m++) {
                Filled.Guess guess = one.get(m).guesses().get(0);
                assertThat(all.get(i).get(m).guesses().get(0).probability())
                        .isCloseTo(guess.probability(), within(1e-6));
            }
        }
    }

    @Test
    void fromAFileAndForNoOtherTask() throws IOException {
        PerformerModel model = model();
        Path zip = dir.resolve("m.zip");
        ModelFile.save(zip, model.net(), model.info(), false, Map.of());
        assertThat(FillMask.load(zip).fill("M_K")).isEqualTo(model.fill("M_K"));
        assertThatThrownBy(() -> Classifier.load(zip))
                .hasMessage("classify needs a model of task classify; task=masked-lm");
        assertThatThrownBy(() -> Generator.load(zip)).hasMessageContaining("generate needs a model of task causal-lm");
        assertThatThrownBy(() -> Tagger.load(zip)).hasMessageContaining("tag needs a model");
        assertThatThrownBy(() -> Regressor.load(zip)).hasMessageContaining("regress needs a model");
        assertThat(Embedder.load(zip).embed("MKV")).isEqualTo(model.embed("MKV"));
        assertThatThrownBy(() -> Uses.classifier(false).fillMask()).hasMessageContaining("fill needs a model");
        assertThatThrownBy(() -> model.fillMask().fill(List.of("M_K", "MKK")))
                .hasMessageContaining("must have a masked token")
                .hasMessageContaining("tokens=3, input=1");
        assertThatThrownBy(() -> model.fillMask().withGuesses(0)).hasMessage("guesses must be positive; guesses=0");
    }
}
