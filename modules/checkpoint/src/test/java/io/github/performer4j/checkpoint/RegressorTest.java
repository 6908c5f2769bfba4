package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.Regression;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers in the units of the data: mass of mean 100 and scale 50, charge of mean −2 and scale ¼. */
class RegressorTest {
    @Test
    void numbersAreTurnedBack() {
        PerformerModel model = Uses.regressor();
        float[] p = Uses.byHand(model, Uses.framed(model, "MKTAY"));
        Estimated found = model.regress("MKTAY");
        assertThat(found.numbers().keySet()).containsExactly("mass", "charge");
        assertThat(found.number("mass")).isCloseTo(p[0] * 50 + 100, within(50 * 1e-5));
        assertThat(found.number("charge")).isCloseTo(p[1] * 0.25 - 2, within(0.25 * 1e-5));
        assertThatThrownBy(() -> found.number("colour"))
                .hasMessage("unknown number; name=colour, known=[mass, charge]");
    }

    /** 20 residues and their frame are 22 tokens, two windows of 11; 21 are 23, windows of 11 and 12. */
    @Test
    void windowsAreWeighedByTheirTokens() {
        PerformerModel model = Uses.regressor();
        String text = "MKTAYIAKQRQISFVKSHFSR";
        int[] row = Uses.framed(model, text);
        float[] first = Uses.byHand(model, Arrays.copyOfRange(row, 0, 11));
        float[] second = Uses.byHand(model, Arrays.copyOfRange(row, 11, 23));
        double expected = (11 * first[0] + 12 * second[0]) / 23.0 * 50 + 100;
        assertThat(model.regress(text).number("mass")).isCloseTo(expected, within(50 * 1e-5));
        assertThat(model.regress(text).windows()).isEqualTo(2);
    }

    @Test
    void manyTextsInTheirOrder() {
        PerformerModel model = Uses.regressor();
        List<String> texts = Uses.proteins(40);
        List<Estimated> all = model.regress(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(all.get(i).number("mass"))
                    .isCloseTo(model.regress(texts.get(i)).number("mass"), within(50 * 1e-5));
        }
        assertThat(model.regress("MKT", "AYI")).isNotEqualTo(model.regress("AYI", "MKT"));
    }

    @Test
    void whatCannotBeEstimatedIsRefused() {
        assertThatThrownBy(() -> Uses.classifier(false).regress("MKT"))
                .hasMessage("regress needs a model of task regress; task=classify");
        assertThatThrownBy(() -> Uses.regressor().regress("")).hasMessage("a sequence must have a token; tokens=0");
        PerformerModel model = Uses.regressor();
        ModelInfo info = model.info();
        ModelInfo raw = ModelInfo.of(
                new Regression(List.of("mass"), "mse", 1, null, null),
                info.model(),
                info.data(),
                info.tokenizer(),
                null,
                info.provenance());
        assertThatThrownBy(() -> new PerformerModel(model.net(), raw).regress("MKT"))
                .hasMessage("regress needs the means and scales of the training data; missing=task.mean");
    }
}
