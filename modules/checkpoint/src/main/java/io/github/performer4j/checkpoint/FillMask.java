package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a masked language model holds for the masked tokens of texts; {@link PerformerModel#fillMask} gives it. A mask is written {@code <mask>}, in proteins {@code _} or {@code ?} too.
 *
 * <p>A text longer than {@link ModelInfo#window} is seen in windows of near-equal length, each on its own; nothing is cut off. Many texts at once are computed in batches of like length, and
 * differ from single ones by the rounding of float32 sums only: by less than 10⁻⁶. Immutable, safe for several threads, and equal calls give equal bits on any of them.
 */
public final class FillMask {
    /** Guesses for each masked token unless told. */
    public static final int GUESSES = 5;

    private final Tokenizer tokenizer;
    private final WindowBatches batches;
    private final int guesses;

    FillMask(ModelInfo info, PaddedNet net, int window) {
        Requests.task(info, MaskedLanguageModel.class, "fill", MaskedLanguageModel.NAME);
        tokenizer = info.tokenizer();
        batches = new WindowBatches(net, info, window);
        guesses = GUESSES;
    }

    private FillMask(FillMask other, int guesses) {
        tokenizer = other.tokenizer;
        batches = other.batches;
        this.guesses = guesses;
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static FillMask load(Path zip) throws IOException {
        return ModelFile.load(zip).fillMask();
    }

    /**
     * Returns a copy that gives so many guesses for each masked token, or all tokens where there are fewer.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public FillMask withGuesses(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("guesses must be positive; guesses=" + value);
        }
        return new FillMask(this, value);
    }

    /**
     * Reads a text: its masks are {@link Tokenizer#mask}.
     *
     * @throws IllegalArgumentException if the text is no single sequence of this model's kind
     */
    public ModelInput read(String text) {
        EncodedText encoded = MaskedText.read(text, tokenizer);
        return new ModelInput(text, encoded, encoded.ids(), false, 0, encoded.unknown());
    }

    /** Returns in how many windows the model sees an input, each on its own: 1 if it sees it whole. */
    public int windows(ModelInput input) {
        return batches.windows(input);
    }

    /**
     * Predicts the masked tokens of a text.
     *
     * @return one entry for each masked token, in the text's order
     * @throws IllegalArgumentException if nothing is masked, or the text is no single sequence of this model's kind
     */
    public List<Filled> fill(String text) {
        return fillInputs(List.of(read(text))).get(0);
    }

    /**
     * Predicts the masked tokens of many texts.
     *
     * @return for each text in its place what {@link #fill(String)} gives
     * @throws IllegalArgumentException as {@link #fill(String)}
     */
    public List<List<Filled>> fill(List<String> texts) {
        return fillInputs(texts.stream().map(this::read).toList());
    }

    /**
     * Predicts the masked tokens of what {@link #read} has read.
     *
     * @return for each input in its place what {@link #fill(String)} gives
     * @throws IllegalArgumentException if an input has no masked token
     */
    public List<List<Filled>> fillInputs(List<ModelInput> inputs) {
        List<Filled[]> all = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            int[] ids = inputs.get(i).ids();
            requireMasked(tokenizer, inputs.size() == 1 ? "" : ", input=" + i, ids);
            all.add(new Filled[ids.length]);
        }
        batches.rows(
                inputs,
                (input, token) -> inputs.get(input).ids()[token] == tokenizer.mask(),
                (input, token, probabilities) -> all.get(input)[token] = new Filled(token, best(probabilities)));
        return all.stream()
                .map(places ->
                        Arrays.stream(places).filter(place -> place != null).toList())
                .toList();
    }

    /** Checks that a token is masked. */
    static void requireMasked(Tokenizer tokenizer, String input, int... ids) {
        if (Arrays.stream(ids).noneMatch(id -> id == tokenizer.mask())) {
            throw new IllegalArgumentException(
                    "the sequence must have a masked token, written <mask> (for proteins also _ or ?); tokens="
                            + ids.length + input);
        }
    }

    private List<Filled.Guess> best(float... probabilities) {
        return IntStream.range(0, probabilities.length)
                .filter(token -> !tokenizer.special(token))
                .boxed()
                .sorted(Comparator.comparingDouble(token -> -probabilities[token]))
                .limit(guesses)
                .map(token -> new Filled.Guess(tokenizer.symbol(token), probabilities[token]))
                .toList();
    }
}
