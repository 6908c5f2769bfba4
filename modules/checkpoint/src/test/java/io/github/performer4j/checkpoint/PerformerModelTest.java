package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a model gives for text: windows, masks, draws. */
class PerformerModelTest {
    /** float32, one LayerNorm between: padding and batching reorder sums. */
    private static final float TOLERANCE = 1e-5f;

    @Test
    void theEmbeddingIsTheMeanOfTheTokens() {
        PerformerModel model = Samples.masked(3);
        float[][] tokens = model.embedTokens("MKTAYIA");
        assertThat(tokens.length).isEqualTo(7);
        float[] mean = model.embed("MKTAYIA");
        for (int e = 0; e < mean.length; e++) {
            double sum = 0;
            for (float[] token : tokens) {
                sum += token[e];
            }
            assertThat((double) mean[e]).isCloseTo(sum / 7, within(1e-6));
        }
    }

    /** 5 residues framed by start and end are 7 tokens; the net sees them padded to 13, and must not notice. */
    @Test
    void hiddenStatesAreThoseOfTheBareNet() {
        PerformerModel model = Samples.masked(5);
        int[] ids = model.info()
                .data()
                .framing()
                .frame(model.info().tokenizer(), model.info().tokenizer().encode("MKTAY"));
        float[] row = new float[ids.length];
        for (int t = 0; t < ids.length; t++) {
            row[t] = ids[t];
        }
        INDArray tokens = Nd4j.createFromArray(new float[][] {row}); // [1,7]
        INDArray hidden = model.net()
                .feedForward(new INDArray[] {tokens}, false)
                .get(model.info().model().hiddenVertex()); // [1,7,E]
        float[][] found = model.embedTokens("MKTAY");
        for (int t = 0; t < found.length; t++) {
            for (int e = 0; e < found[t].length; e++) {
                assertThat(found[t][e]).isCloseTo(hidden.getFloat(0, t + 1, e), within(TOLERANCE));
            }
        }
    }

    /** 24 residues and two frame tokens are two windows of 13: each half must equal the half seen alone. */
    @Test
    void longSequencesAreSeenInWindowsOfEqualLength() {
        PerformerModel model = Samples.masked(7);
        String sequence = "MKTAYIAKQRQI" + "SFVKSHFSRQLE";
        float[][] whole = model.embedTokens(sequence);
        assertThat(whole.length).isEqualTo(24);
        float[][] other = model.embedTokens("MKTAYIAKQRQI" + "GGGGGGGGGGGG");
        assertThat(Arrays.copyOf(whole, 12)).isDeepEqualTo(Arrays.copyOf(other, 12));
        assertThat(whole[12]).isNotEqualTo(other[12]);
    }

    @Test
    void fillNamesEachMaskedResidue() {
        PerformerModel model = Samples.masked(11);
        List<Filled> filled = model.fill("MK_AY?AK<mask>R");
        assertThat(filled).extracting(Filled::position).containsExactly(2, 5, 8);
        for (Filled place : filled) {
            assertThat(place.guesses()).hasSize(5);
            assertThat(place.guesses())
                    .extracting(Filled.Guess::probability)
                    .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                    .allMatch(p -> p > 0 && p < 1);
            assertThat(place.guesses()).extracting(Filled.Guess::token).allMatch(t -> t.length() == 1);
        }
        assertThat(model.fill("MK<mask>AY_AK?R")).isEqualTo(filled);
    }

    @Test
    void aMaskIsWrittenAsTheVocabularyAllows() {
        // '?' and '_' are unknown to this model, so they are free to mark a mask
        PerformerModel causal = Samples.causal(13);
        assertThat(MaskedText.read("a?b_<mask>", causal.info().tokenizer()).ids())
                .containsExactly(6, 1, 7, 1, 1);
        var prose = new io.github.performer4j.data.token.CharacterTokenizer('?', 'a');
        assertThat(MaskedText.read("a?<mask>", prose).ids()).containsExactly(6, 5, 1);
    }

    /** Vectors and positions do not depend on how the sequence was written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "m k _ t a y",
                "MK_TAY*",
                "MK_-TA\nY",
                ">sp|P1_HUMAN is it?\nMK_TAY\n",
                "; note_ ?\nMK<mask>TAY",
            })
    void anyFormOfASequenceIsTheSameSequence(String form) {
        PerformerModel model = Samples.masked(23);
        assertThat(model.fill(form)).isEqualTo(model.fill("MK_TAY"));
        assertThat(model.embed(form)).isEqualTo(model.embed("MK_TAY"));
        assertThat(model.embedTokens(form)).isDeepEqualTo(model.embedTokens("MK_TAY"));
        assertThat(model.readMasked(form).unknown()).isEmpty();
    }

    @Test
    void whatTheVocabularyDoesNotKnowCanBeAsked() {
        PerformerModel masked = Samples.masked(23);
        assertThat(masked.readMasked("MK_1?1@").unknown()).isEqualTo(Map.of("1", 2L, "@", 1L));
        assertThat(masked.read("MK_1?1@").unknown()).isEqualTo(Map.of("1", 2L, "@", 1L, "?", 1L));
        assertThat(Samples.causal(3).read("abx y").unknown()).isEqualTo(Map.of("x", 1L, "y", 1L));
    }

    /** 11 residues and their frame are 13 tokens, the window. */
    @Test
    void windowsAreCounted() {
        PerformerModel model = Samples.masked(7);
        assertThat(model.windows(model.read("MKTAYIAKQRQ").ids())).isEqualTo(1);
        assertThat(model.windows(model.read("MKTAYIAKQRQI").ids())).isEqualTo(2);
    }

    @Test
    void aLengthBeyondAllMemoryIsRefused() {
        PerformerModel model = Samples.causal(17);
        for (int length : new int[] {-1, PerformerModel.MAX_LENGTH + 1, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> model.generate("ab", length, Sampling.defaults(), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("length must be from 0 to 16777216; length=" + length);
        }
    }

    @Test
    void generateIsAFunctionOfItsArguments() {
        PerformerModel model = Samples.causal(17);
        Sampling sampling = Sampling.defaults();
        String first = model.generate("ab", 40, sampling, 1);
        assertThat(model.generate("ab", 40, sampling, 1)).isEqualTo(first).matches("[abcd ]*");
        assertThat(List.of(
                        model.generate("ab", 40, sampling, 2),
                        model.generate("ab", 40, sampling, 3),
                        model.generate("ab", 40, sampling, 4)))
                .anyMatch(text -> !text.equals(first));
    }

    /** Two prompts that agree in their last 13 tokens look the same to a model of 13. */
    @Test
    void beyondTheWindowOnlyTheLastTokensCount() {
        PerformerModel model = Samples.causal(17);
        Generator generator = new Generator(model).withLongPrompts(true).withMaxNew(20);
        String last = "abcd abcd abc";
        for (int seed = 1; seed < 6; seed++) {
            String text = generator.withSeed(seed).generate("a" + last).get(0).text();
            assertThat(generator
                            .withSeed(seed)
                            .generate("dcba dcba" + last)
                            .get(0)
                            .text())
                    .isEqualTo(text);
        }
        assertThatThrownBy(() -> model.generate("a" + last, 20, Sampling.defaults(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("tokens=15, window=13");
    }

    /** A continued text is the text: the draw of token i depends on (seed, i) and on what stands before it. */
    @Test
    void aShorterTextIsTheBeginningOfALongerOne() {
        PerformerModel model = Samples.causal(19);
        String longer = model.generate("", 30, new Sampling(0.7, 3, 0.9), 5);
        assertThat(longer).startsWith(model.generate("", 17, new Sampling(0.7, 3, 0.9), 5));
    }

    @Test
    void eachModelDoesWhatItWasTrainedFor() {
        assertThatThrownBy(() -> Samples.masked(3).generate("", 3, Sampling.defaults(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("generate needs a model of task causal-lm; task=masked-lm");
        assertThatThrownBy(() -> Samples.causal(3).fill("a_"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fill needs a model of task masked-lm; task=causal-lm");
        assertThatThrownBy(() -> Samples.masked(3).fill("MKV"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have a masked token")
                .hasMessageContaining("tokens=3");
        assertThatThrownBy(() -> Samples.masked(3).embed(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sequence must have a token; tokens=0");
    }
}
