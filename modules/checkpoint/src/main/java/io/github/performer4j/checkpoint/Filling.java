package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Predictions of masked tokens. */
final class Filling {
    /** Predictions listed for each masked token. */
    private static final int GUESSES = 5;

    private final Inference inference;
    private final Tokenizer tokenizer;

    Filling(ModelInfo info, Inference inference) {
        Requests.task(info, MaskedLanguageModel.class, "fill", MaskedLanguageModel.NAME);
        this.inference = inference;
        this.tokenizer = info.tokenizer();
    }

    /** Predicts the masked tokens among [T] ids without a frame. */
    List<Filled> fill(int... ids) {
        if (Arrays.stream(ids).noneMatch(id -> id == tokenizer.mask())) {
            throw new IllegalArgumentException(
                    "the sequence must have a masked token, written <mask> (for proteins also _ or ?); tokens="
                            + ids.length);
        }
        List<Filled> filled = new ArrayList<>();
        inference.probabilities(ids, (t, probabilities) -> {
            if (ids[t] == tokenizer.mask()) {
                filled.add(new Filled(t, best(probabilities)));
            }
        });
        return filled;
    }

    private List<Filled.Guess> best(float... probabilities) {
        List<Integer> order = new ArrayList<>();
        for (int token = 0; token < probabilities.length; token++) {
            if (!tokenizer.special(token)) {
                order.add(token);
            }
        }
        order.sort((a, b) -> Float.compare(probabilities[b], probabilities[a]));
        return order.stream()
                .limit(GUESSES)
                .map(token -> new Filled.Guess(tokenizer.symbol(token), probabilities[token]))
                .toList();
    }
}
