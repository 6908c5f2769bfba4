package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.Embedder;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import java.util.List;

/** How alike the two texts of each pair are: a column {@code similarity}, the cosine of their vectors. */
final class PairPredictions extends Predictions {
    private final Embedder embedder;

    PairPredictions(Embedder embedder) {
        this.embedder = embedder;
    }

    @Override
    InputReader reader() {
        return embedder.reader();
    }

    @Override
    List<String> columns() {
        return List.of("similarity");
    }

    @Override
    List<Answer> predict(List<ModelInput> inputs) {
        return embedder.similarityInputs(inputs).stream()
                .map(similarity -> new Answer(1, List.of(List.<Object>of(digits(similarity)))))
                .toList();
    }
}
